import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { join } from "node:path";
import { readAssembly } from "./assembly.ts";
import { startBus } from "./bus.ts";
import { type Clock, createClock } from "./clock.ts";
import { clockControl } from "./clock-control.ts";
import { type Deployed, deployedFrom } from "./deployed.ts";
import { secretsFrom, startEndpoint } from "./endpoint.ts";
import { eventStream } from "./event-stream.ts";
import { filesOn } from "./files.ts";
import { portsFor, startFunctionUrl } from "./function-url.ts";
import { startGateway } from "./gateway.ts";
import { identities } from "./identity.ts";
import { type LocalFunction, startFunction } from "./lambda.ts";
import { accessKeyOf, createMeter, type Meter } from "./meter.ts";
import { meterControl } from "./meter-control.ts";
import { startQueues } from "./queues.ts";
import { assertUnderstood } from "./resources.ts";
import { startScheduler } from "./scheduler.ts";
import { startSource } from "./sources.ts";
import { startSteps } from "./steps.ts";
import { openShelf, type Shelf } from "./store.ts";
import { startTables } from "./tables.ts";
import { topicsFor } from "./topics.ts";
import { resolverFor } from "./values.ts";

/** How the local cloud runs. */
export interface CloudOptions {
  /** Folder of the synthesized cloud assembly. */
  readonly assembly: string;
  /** Folder that keeps everything between runs. @default - nothing is kept */
  readonly data?: string;
  readonly port: number;
  /** How many seconds pass in one. @default 1 */
  readonly speed?: number;
  /** Values of secrets by name. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Further environment of every function, such as endpoints of services that run elsewhere. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Tried before the API; true when it has taken the request. */
  readonly front?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Where time starts at the first run. @default now */
  readonly now?: number;
}

/** A running local cloud. */
export interface Cloud {
  readonly url: string;
  readonly clock: Clock;
  /** What AWS would have billed so far. */
  readonly meter: Meter;
  /** Environment in which AWS clients outside find this cloud. */
  readonly environment: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
  /** Publishes on a topic, as a service of AWS does. */
  readonly publish: (topicArn: string, message: string) => Promise<void>;
  /** Where Amazon SES is to publish what becomes of e-mails. */
  readonly mailDestinations: Deployed["mailDestinations"];
  /** Runs new code from now on. */
  readonly reload: () => void;
  /** Whether nothing is running, waiting in a queue or in flight. */
  readonly isIdle: () => boolean;
  readonly stop: () => Promise<void>;
}

const timeKept = 1_000;

/** Runs a synthesized template on this machine. */
export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const assembly = readAssembly(options.assembly);
  assertUnderstood(assembly.resources);
  const shelf = openShelf(options.data);
  const clock = createClock(startOf(shelf, options.now), options.speed ?? 1);
  const meter = createMeter();
  const [queues, tables] = await Promise.all([
    startQueues(options.data, clock, meter),
    startTables(options.data, meter),
  ]);
  const url = `http://localhost:${options.port}`;
  const urls = assembly.resources.filter(({ type }) => type === "AWS::Lambda::Url");
  const ports = await portsFor(
    urls.map(({ logicalId }) => logicalId),
    shelf,
  );
  const functionUrl = (name: string) => `http://localhost:${ports.get(name)}/`;
  const resolver = resolverFor(assembly, identities({ apiUrl: url, queueUrl: queues.urlOf, functionUrl }));
  const deployed = deployedFrom(assembly, resolver);
  queues.create(deployed.queues);
  await tables.create(deployed.tables);

  const functions = new Map<string, LocalFunction>();
  const functionOf = (arn: string) => functions.get(arn.split(":function:")[1] ?? arn);
  const logFolder = options.data && join(options.data, "logs");
  const steps = startSteps(clock, shelf, functionOf, meter);
  const happened = eventStream();
  const bus = startBus(clock, {
    functionOf,
    fill: queues.filledBy("events"),
    logFolder,
    meter,
    heard: happened.heard,
  });
  const scheduler = startScheduler(clock, shelf, queues.filledBy("scheduler"), meter);
  const publish = topicsFor(deployed.subscriptions, queues.filledBy("topics"));
  const secrets = secretsFrom(options.secrets ?? {}, deployed.generatedSecrets, shelf);
  const endpoint = await startEndpoint({ steps, bus, scheduler, secrets, files: filesOn(shelf), meter });
  const environment = {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ENDPOINT_URL_DYNAMODB: tables.url,
    AWS_ENDPOINT_URL_SQS: queues.url,
    ...options.environment,
  };
  const services = new Map([
    [tables.url, tables.run],
    [queues.url, queues.run],
    [endpoint.url, endpoint.run],
  ]);
  for (const declared of deployed.functions) {
    const own = { AWS_ACCESS_KEY_ID: accessKeyOf(declared.handler), ...declared.environment };
    const merged = { ...declared, environment: { ...environment, ...own } };
    functions.set(declared.name, startFunction(merged, clock, { logFolder, meter, services }));
  }
  for (const { arn, definition, isLogged } of deployed.machines) steps.deploy(arn, definition, isLogged);
  bus.deploy(deployed.rules);
  const control = clockControl(clock, () => keepTime(shelf, clock));
  const meterDoor = meterControl(meter);
  const front = (request: IncomingMessage, response: ServerResponse) =>
    control(request, response) ||
    meterDoor(request, response) ||
    happened.front(request, response) ||
    (options.front?.(request, response) ?? false);
  const server = await startGateway(routesOf(deployed, functionOf), options.port, clock, {
    front,
    meter,
    accessLog: deployed.accessLog,
  });
  const doors = await Promise.all(
    deployed.functionUrls.map((declared) =>
      startFunctionUrl(found(functionOf, declared.functionName), declared, clock, meter),
    ),
  );
  const sources = deployed.sources.map((declared) => {
    const target = found(functionOf, declared.functionName);
    return startSource(declared, target, queues.askedBy(target.path), clock);
  });
  steps.resume();
  scheduler.resume();
  // A kill comes without notice: what is written down lies ahead by as much as may pass until the next time.
  const timeKeeper = setInterval(() => keepTime(shelf, clock, 2 * timeKept), timeKept);

  const isIdle = () =>
    [...functions.values()].every((one) => one.running() === 0) &&
    sources.every((source) => source.busy() === 0) &&
    deployed.queues.every(({ name, deadLetter }) => {
      const { ready, inFlight } = queues.depth(name);
      return !deadLetter || ready + inFlight === 0;
    });

  return {
    url,
    clock,
    meter,
    environment,
    outputs: deployed.outputs,
    mailDestinations: deployed.mailDestinations,
    isIdle,
    publish,
    reload: () => {
      for (const one of functions.values()) one.reload();
    },
    stop: async () => {
      clearInterval(timeKeeper);
      keepTime(shelf, clock);
      clock.stop();
      steps.stop();
      happened.close();
      await Promise.all([server, ...doors].map(closed));
      const stopped = sources.map((source) => source.stop());
      queues.wake();
      await Promise.all(stopped);
      await Promise.all([...functions.values()].map((one) => one.stop()));
      endpoint.server.closeAllConnections();
      endpoint.server.close();
      await Promise.all([queues.stop(), tables.stop()]);
      shelf.close();
    },
  };
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Time never goes back: what was recorded before a restart stays in the past. */
function startOf(shelf: Shelf, wanted = Date.now()): number {
  const kept = shelf.get("clock", "now");
  return typeof kept === "number" ? Math.max(kept, wanted) : wanted;
}

function keepTime(shelf: Shelf, clock: Clock, aheadMilliseconds = 0): void {
  shelf.put("clock", "now", clock.now() + aheadMilliseconds * clock.speed());
}

function routesOf(deployed: Deployed, functionOf: (arn: string) => LocalFunction | undefined) {
  return deployed.routes.map(({ key, functionName, authorizer }) => ({
    key,
    target: found(functionOf, functionName),
    ...(authorizer && { authorizer: { ...authorizer, target: found(functionOf, authorizer.functionName) } }),
  }));
}

function found(functionOf: (arn: string) => LocalFunction | undefined, name: string): LocalFunction {
  const target = functionOf(name);
  if (!target) throw new Error(`No function ${name}`);
  return target;
}
