import * as z from "zod/mini";
import { readAssembly } from "../../local/assembly.ts";
import { startBus } from "../../local/bus.ts";
import { createClock } from "../../local/clock.ts";
import { deployedFrom } from "../../local/deployed.ts";
import { secretsFrom, startEndpoint } from "../../local/endpoint.ts";
import { filesOn } from "../../local/files.ts";
import { identities } from "../../local/identity.ts";
import { createMeter } from "../../local/meter.ts";
import { startQueues } from "../../local/queues.ts";
import { startScheduler } from "../../local/scheduler.ts";
import { startSteps } from "../../local/steps.ts";
import { openShelf } from "../../local/store.ts";
import { startTables } from "../../local/tables.ts";
import { resolverFor } from "../../local/values.ts";
import { senderId } from "./business.ts";

// The local cloud without its functions: tables, queues and the other services of the template, for functions elsewhere.
const SenderQueues = z.record(z.string(), z.object({ urgent: z.string(), bulk: z.string() }));
const [sinkUrl = ""] = process.argv.slice(2);
const clock = createClock(Date.now(), 1);
const shelf = openShelf(undefined);
const meter = createMeter();
const [queues, tables] = await Promise.all([
  startQueues(undefined, clock, meter),
  startTables(undefined, meter),
]);
const assembly = readAssembly("cdk.out");
const apiUrl = "https://heliograph.test";
const addresses = { apiUrl, queueUrl: queues.urlOf, functionUrl: () => apiUrl };
const deployed = deployedFrom(assembly, resolverFor(assembly, identities(addresses)));
const plain = { name: "plain", visibilitySeconds: 30, isFifo: false, deadLetter: undefined };
queues.create([...deployed.queues, plain]);
await tables.create(deployed.tables);

const nobody = () => undefined;
const credentials = { accountSid: `AC${"0".repeat(32)}`, authToken: "a token of sixteen or more" };
const twilio = JSON.stringify({ ...credentials, baseUrl: sinkUrl });
const endpoint = await startEndpoint({
  meter,
  steps: startSteps(clock, shelf, nobody, meter),
  bus: startBus(clock, { functionOf: nobody, fill: queues.filledBy("events"), logFolder: undefined, meter }),
  scheduler: startScheduler(clock, shelf, queues.filledBy("scheduler"), meter),
  secrets: secretsFrom({ "heliograph/prod/twilio-main": twilio }, deployed.generatedSecrets, shelf),
  files: filesOn(shelf),
});
const router = deployed.functions.find(({ environment }) => environment["SENDER_QUEUES"]);
const senderQueues = router?.environment["SENDER_QUEUES"] ?? "{}";
const ours = SenderQueues.parse(JSON.parse(senderQueues))[senderId];
const sources = deployed.sources.filter(
  ({ queueUrl }) => queueUrl === ours?.urgent || queueUrl === ours?.bulk,
);
const deliver = deployed.functions.find(({ name }) => name === sources[0]?.functionName);
process.send?.({
  environment: {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_SQS: queues.url,
    ...deliver?.environment,
    SENDER_QUEUES: senderQueues,
    SOURCES: JSON.stringify(sources),
    PLAIN_QUEUE_URL: queues.urlOf(plain.name),
  },
});
process.on("disconnect", () => process.exit());
