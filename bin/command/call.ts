import { operations } from "../../client/operations.ts";
import { operations as rows } from "../../functions/platform/all.routes.ts";
import type { Operation } from "../../functions/platform/routes.ts";
import { type Command, type Given, pairIn, type Using, wordOf, WrongUsage } from "./command.ts";
import { table } from "./table.ts";

/** heliograph call: every operation of the API, also those that have no command of their own. */
export const callCommand: Command = {
  name: "call",
  does: "Makes any call of the API by its name; without a name it lists them.",
  takes: "[operation] [id…]",
  options: {
    body: { does: "The body as JSON; - reads it from a pipe", value: "json" },
    query: { does: "A parameter of the query", value: "name=value", many: true },
    all: { does: "All pages of a list, one entry a line" },
    once: { does: "Your own key for a creating call", value: "key" },
  },
  examples: [
    "call",
    "call getMessage msg_01…",
    "call findContacts --query externalId=customer-4711",
    `call pauseSender us-number --body '{"reason": "test"}'`,
  ],
  run: async (given, using) => {
    if (given.words.length === 0) return list(using);
    const input = await inputOf(given);
    const call = callOf(using, wordOf(given, 0, "operation"));
    const options = { signal: using.signal, idempotencyKey: given.option("once") };
    if (given.has("all")) {
      if (!call.each) throw new WrongUsage(`${given.words[0]} does not answer in pages.`);
      for await (const one of call.each(...input, options)) using.screen.line(JSON.stringify(one));
      return;
    }
    const answer = await call(...input, options);
    using.screen.show(answer, () => JSON.stringify(answer, undefined, 2) ?? "done");
  },
};

type AnyCall = ((...input: unknown[]) => Promise<unknown>) & {
  readonly each?: (...input: unknown[]) => AsyncIterable<unknown>;
};

function callOf({ api }: Using, name: string): AnyCall {
  const call = Object.entries(api()).find(([known]) => known === name)?.[1];
  if (!call) throw new WrongUsage(`There is no operation ${name}; heliograph call lists them.`);
  return call as AnyCall;
}

/** What the operation takes, in its order: ids of the path, body, query. */
async function inputOf(given: Given): Promise<unknown[]> {
  const [name = "", ...ids] = given.words;
  const row = operations[name];
  const wanted = [...(row?.at.matchAll(/\{(\w+)\}/g) ?? [])].map(([, id]) => id ?? "");
  if (row && ids.length !== wanted.length)
    throw new WrongUsage(`${name} takes ${wanted.map((id) => `<${id}>`).join(" ") || "no ids"}.`);
  const body = given.option("body");
  if (row?.hasBody && body === undefined) throw new WrongUsage(`${name} takes a --body.`);
  const query = Object.fromEntries(given.options("query").map((word) => pairIn(word, "query")));
  return [...ids, ...(row?.hasBody ? [await jsonOf(body ?? "")] : []), ...(row?.hasQuery ? [query] : [])];
}

async function jsonOf(text: string): Promise<unknown> {
  const json = text === "-" ? await piped() : text;
  try {
    return JSON.parse(json);
  } catch {
    throw new WrongUsage("--body is not JSON.");
  }
}

async function piped(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function list({ screen }: Using): void {
  const all = Object.entries<Operation>(rows).map(([name, { at, does }]) => ({ name, at, does }));
  const lines = all.map(({ name, at, does }) => [name, at, does.slice(0, 80)]);
  screen.show(all, () => table(["operation", "call", "does"], lines, screen.paint));
}
