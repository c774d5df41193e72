import { parseArgs } from "node:util";
import * as fc from "fast-check";
import { build } from "../../bin/build.ts";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { synthesize } from "../../bin/synth.ts";
import {
  bodyOf,
  type Call,
  callsOf,
  complaintAbout,
  type Description,
  type Operation,
  operationsIn,
} from "./calls.ts";

// npm run fuzz: calls every operation of /openapi.json on a local cloud of its own, with what its schemas allow and much that they do not.

/** What a run came to. */
interface Outcome {
  readonly calls: number;
  readonly byStatus: ReadonlyMap<number, number>;
  readonly complaints: readonly string[];
}

/** Reads the description that a Heliograph gives of itself, without what is deployed only where the business asks for it. */
async function descriptionOf({ url }: Pick<Laptop, "url">): Promise<Description> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as Description;
  const deployed = Object.entries(paths).filter(([path]) => !/^\/v1\/(webhooks|event-types)/.test(path));
  return { paths: Object.fromEntries(deployed) };
}

/** Calls each operation so many times. */
async function fuzz(laptop: Laptop, description: Description, runs: number, seed: number): Promise<Outcome> {
  const byStatus = new Map<number, number>();
  const complaints: string[] = [];
  for (const operation of operationsIn(description)) {
    if (operation.path === "/v1/receipts") continue;
    for (const call of fc.sample(callsOf(operation), { numRuns: runs, seed })) {
      const { status, type, text } = await answerTo(laptop, call);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      const complaint = complaintAbout(status, type, text);
      if (complaint)
        complaints.push(`${complaint}: ${JSON.stringify(call).slice(0, 600)} → ${text.slice(0, 200)}`);
    }
  }
  return { calls: [...byStatus.values()].reduce((sum, count) => sum + count, 0), byStatus, complaints };
}

/** Answers of the documented examples that are not the documented ones; what the path needs is made first. */
async function examples(laptop: Laptop, description: Description): Promise<string[]> {
  const put = (path: string, body: unknown) => answerTo(laptop, { operation: "", method: "PUT", path, body });
  const all = operationsIn(description);
  const exampleOf = (operationId: string) => {
    const operation = all.find((one) => one.operationId === operationId);
    return operation && bodyOf(operation)?.examples?.[0];
  };
  const wrong: string[] = [];
  for (const operation of all.filter(isWhole)) {
    for (const body of bodyOf(operation)?.examples ?? [undefined]) {
      const contact = JSON.parse((await put("/v1/contacts/external:crm-1001", exampleOf("putContact"))).text);
      if (!contact.id)
        throw new Error(`The contact of the examples was not made: ${JSON.stringify(contact)}`);
      await put("/v1/templates/order-on-its-way", exampleOf("putTemplate"));
      const made = await whatExamplesName(laptop, contact.id);
      const fill = (text: string) =>
        text
          .replaceAll("adr_…", contact.addresses[0].id)
          .replaceAll("msg_…", made.messageId)
          .replaceAll("key_…", made.keyId);
      const path = operation.parameters
        .filter((one) => one.in === "path")
        .reduce((so, { name, example = name }) => so.replace(`{${name}}`, fill(example)), operation.path);
      const search = operation.operationId === "listMessages" ? "?contactId=external:crm-1001" : "";
      const sent = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)));
      const call = {
        operation: operation.operationId,
        method: operation.method,
        path: `${path}${search}`,
        body: sent,
      };
      const { status, text } = await answerTo(laptop, call);
      const isDocumented = String(status) in operation.responses && status < 300;
      if (!isDocumented) wrong.push(`${operation.method} ${path}: ${status} ${text.slice(0, 300)}`);
      await answerTo(laptop, { operation: "", method: "DELETE", path: "/v1/switches/category/offer" });
      const other = JSON.parse(
        (
          await answerTo(laptop, {
            operation: "",
            method: "GET",
            path: "/v1/contacts?address=%2B12125550123",
          })
        ).text,
      );
      for (const { id } of other.contacts ?? [])
        await answerTo(laptop, { operation: "", method: "DELETE", path: `/v1/contacts/${id}` });
    }
  }
  return wrong;
}

/** Whether an example says all that the call needs; a campaign has to be made first. */
function isWhole({ path, parameters }: Operation): boolean {
  const isNamed = parameters.every((one) => one.in !== "path" || one.example !== undefined);
  return isNamed && path !== "/v1/receipts";
}

/** A message that waits for its time, and a key: examples name them by what an earlier answer said. */
async function whatExamplesName(
  laptop: Laptop,
  contactId: string,
): Promise<{ messageId: string; keyId: string }> {
  const message = {
    contactId,
    category: "fraud-alert",
    content: { text: "Hello." },
    sendAt: "2027-01-01T12:00:00Z",
  };
  const post = async (path: string, body: unknown) =>
    JSON.parse((await answerTo(laptop, { operation: "", method: "POST", path, body })).text);
  const key = await post("/v1/keys", { name: "example", scopes: ["messages:read"] });
  return { messageId: (await post("/v1/messages", message)).id, keyId: key.keyId };
}

async function answerTo({ url, apiKey }: Laptop, { method, path, body }: Call) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
    ...(body !== undefined && method !== "GET" && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    type: response.headers.get("content-type") ?? "",
    text: await response.text(),
  };
}

if (process.argv[1]?.endsWith("test/fuzz/run.ts")) {
  const { values } = parseArgs({ options: { runs: { type: "string" }, seed: { type: "string" } } });
  await build();
  await synthesize();
  const laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
  const description = await descriptionOf(laptop);
  const wrong = await examples(laptop, description);
  const outcome = await fuzz(laptop, description, Number(values.runs ?? 50), Number(values.seed ?? 1));
  await laptop.stop();
  for (const line of [...wrong, ...outcome.complaints]) console.log(line);
  const statuses = [...outcome.byStatus].toSorted(([one], [other]) => one - other);
  console.log(
    `${outcome.calls} calls (${statuses.map(([status, count]) => `${status}: ${count}`).join(", ")}), ${outcome.complaints.length} complaints; ${wrong.length} documented examples failed`,
  );
  process.exitCode = wrong.length + outcome.complaints.length > 0 ? 1 : 0;
}
