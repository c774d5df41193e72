import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { finalStatuses } from "../../functions/messages/message.ts";
import { apiOf, type Json, until } from "../../bin/story.ts";
import { freePort } from "../../local/free-port.ts";

const count = 1_000;
const people = 50;
const inParallel = 16;
const data = mkdtempSync(join(tmpdir(), "heliograph-restart-"));
let running: ChildProcess | undefined;
let port = 0;

beforeAll(async () => {
  port = await freePort();
});

afterAll(() => {
  running?.kill("SIGKILL");
  rmSync(data, { recursive: true, force: true });
});

it("brings every accepted message to one final state after the process was killed, none doubled", async () => {
  await start();
  const contacts = await pool(
    Array.from({ length: people }, (_, index) => index),
    createContact,
  );
  const ids = await pool(
    Array.from({ length: count }, (_, index) => index),
    async (index) => {
      const contactId = contacts[index % people];
      const content = { text: `Message ${index} of ${count}` };
      const { status, body } = await api().post("/v1/messages", {
        contactId,
        category: "delivery-update",
        content,
      });
      expect(status).toBe(202);
      return String(body.id);
    },
  );
  await until(
    "a third of the messages on the phones",
    textsOnPhones,
    (texts) => texts.length > count / 3,
    420,
  );

  running?.kill("SIGKILL");
  await start();
  // Messages whose worker died are taken up by the sweeper, minutes later: let those minutes pass.
  const outcome = await until("every message to end", () => outcomesOf(ids), endedOrAdvance, 420);
  const texts = await textsOnPhones();
  const ended = new Map(outcome);
  known.clear();
  expect(await outcomesOf(ids), "what has ended stays so").toEqual(ended);
  expect(outcome.size, "each accepted message is there").toBe(count);
  expect([...outcome.values()].filter((status) => !finalStatuses.has(status as never))).toEqual([]);
  expect(texts.length - new Set(texts).size, "no text reached a phone twice").toBe(0);
  expect(texts.length, "nothing that was said to be delivered is missing").toBeGreaterThanOrEqual(
    [...outcome.values()].filter((status) => status === "delivered").length,
  );
}, 720_000);

let sweeps = 0;

function endedOrAdvance(outcome: ReadonlyMap<string, string>): boolean {
  const open = [...outcome.values()].filter((status) => !finalStatuses.has(status as never)).length;
  if (open === 0) return true;
  if ((sweeps += 1) % 5 === 0) void post("/_local/clock", { advanceSeconds: 120 });
  return false;
}

const known = new Map<string, string>();

/** Asks again only about those that had not ended: to ask is most of the work of a machine that has to send. */
async function outcomesOf(ids: readonly string[]): Promise<Map<string, string>> {
  const open = ids.filter((id) => !finalStatuses.has(known.get(id) as never));
  await pool(open, async (id) => {
    known.set(id, String((await api().get(`/v1/messages/${id}`)).body.status));
  });
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  return known;
}

async function createContact(index: number): Promise<string> {
  const value = `+1212555${String(1000 + index)}`;
  const addresses = [{ kind: "phone", value, lineType: "mobile" }];
  const { body } = await api().post("/v1/contacts", { timeZone: "America/New_York", addresses });
  return body.id;
}

/** What really arrived, by the phones themselves. */
async function textsOnPhones(): Promise<string[]> {
  const response = await fetch(`${url()}/handsets/api/handsets?limit=200`);
  const { handsets }: Json = await response.json();
  return handsets.flatMap((handset: Json) => textsIn(handset));
}

function textsIn(handset: Json): string[] {
  const found = JSON.stringify(handset).matchAll(/"(Message \d+ of 1000)"/g);
  return [...found].map(([, text]) => text ?? "");
}

async function start(): Promise<void> {
  const program = [
    "--disable-warning=ExperimentalWarning",
    "bin/local.ts",
    // Other journeys run the same bundles at the same time.
    "--no-build",
    "--port",
    String(port),
    "--data",
    data,
    "--speed",
    "10",
    "--now",
    "2026-11-23T16:00:00Z",
  ];
  const child = spawn(process.execPath, program, { stdio: ["ignore", "pipe", "inherit"] });
  running = child;
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await until(
    "the local cloud to start",
    () => output,
    (text) => text.includes("is ready"),
    60,
  );
}

function api() {
  const { apiKey } = JSON.parse(readFileSync(join(data, "secrets.json"), "utf8")) as { apiKey: string };
  return apiOf({ url: url(), apiKey });
}

function url(): string {
  return `http://localhost:${port}`;
}

async function post(path: string, body: unknown): Promise<void> {
  await fetch(`${url()}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function pool<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lanes = Array.from({ length: inParallel }, async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index] as T);
    }
  });
  await Promise.all(lanes);
  return results;
}
