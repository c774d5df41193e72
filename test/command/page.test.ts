import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commands } from "../../bin/command/all.ts";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { aJournal } from "./journal.fixture.ts";
import { program, runs, typed, wordsOf } from "./shell.fixture.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const page = readFileSync(join(root, "docs/cli.md"), "utf8");
const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) =>
  (block ?? "").trim().split("\n"),
);

describe("the command line against the local cloud", () => {
  const folder = mkdtempSync(join(tmpdir(), "command-line-"));
  let laptop: Laptop;
  let environment: Record<string, string> = {};
  let stop = async (): Promise<void> => undefined;

  beforeAll(async () => {
    laptop = await startLaptop({ port: 0, data: join(folder, "data"), now: Date.UTC(2026, 10, 23, 17) });
    const message = JSON.stringify({
      time: "2026-11-23T17:00:00Z",
      "detail-type": "message.status",
      detail: {},
    });
    const journal = await aJournal({
      "/heliograph/prod/events": [{ eventId: "1", timestamp: Date.now(), message }],
    });
    ({ stop } = journal);
    environment = {
      ...laptop.cloud.environment,
      ...journal.environment,
      PATH: process.env["PATH"] ?? "",
      HOME: folder,
      HELIOGRAPH_LOCAL: join(folder, "data"),
    };
    // The AWS SDK reads the settings of this process.
    Object.assign(process.env, journal.environment);
    await prepared();
  });

  afterAll(async () => {
    await stop();
    await laptop?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** People and a message for the examples, and the file that one of them sends. */
  async function prepared(): Promise<void> {
    const add = (words: string[]) => typed(["contact", "add", ...words], environment);
    await add(["--external-id", "customer-4711", "--phone", "+1 312 555 0188"]);
    await typed(
      ["send", "customer-4711", "Hello", "--category", "appointment", "--once", "first"],
      environment,
    );
    const template = JSON.stringify({
      defaultLocale: "en",
      locales: { en: { text: "We have packed {{order}} into {{parcels}} parcels." } },
      variables: { order: { type: "text" }, parcels: { type: "number" } },
    });
    await typed(["call", "putTemplate", "order-packed", "--body", template], environment);
    const body = { externalId: "customer-4711", category: "appointment", content: { text: "Hi" } };
    writeFileSync(join(folder, "messages.jsonl"), JSON.stringify(body));
  }

  it("does every line of its page", async () => {
    const script = [
      `npx() { shift; node ${program} "$@"; }`,
      "jq() { node -p 'JSON.parse(require(\"fs\").readFileSync(0)).id'; }",
      ...lines,
    ];
    const { code, output, notes } = await runs("bash", ["-euxc", script.join("\n")], {
      env: environment,
      cwd: folder,
    });
    expect({ code, notes: code === 0 ? "" : notes }).toEqual({ code: 0, notes: "" });
    expect(lines.length).toBeGreaterThan(20);
    expect(output).toContain("chosen  sms from us-number");
    // The file was sent twice and the message once.
    const timeline = await typed(["contact", "timeline", "ada-1", "--json"], environment);
    expect(timeline.output).toContain("We have packed A-1001 into 2 parcels.");
    expect(timeline.output.match(/In an hour\./g)).toHaveLength(1);
  }, 240_000);

  it("explains what would be decided, in lines and as the API answered, and sends nothing", async () => {
    const ask = (...words: string[]) =>
      typed(["explain", "--contact", "customer-4711", "--text", "20 % off 🎉", ...words], environment);
    const alert = await ask("--category", "fraud-alert");
    expect(alert).toMatchObject({ code: 0, notes: "" });
    expect(alert.output).toMatch(/^not sent {2}fraud-alert to con_/);
    expect(alert.output).toContain("1. sms from us-");
    expect(alert.output).toContain("urgency 3, channel is urgent: yes");
    expect(alert.output).toMatch(/sms +11 characters +UCS-2 +1 segment +“20 % off 🎉”/);
    expect(alert.output).toContain("0.0083 USD by the senders' declared prices");
    const offer = await ask("--category", "offer");
    expect(offer.output).toContain("nothing is sent: no-consent");
    const { now } = JSON.parse((await ask("--category", "offer", "--json")).output) as { now: object };
    expect(now).toMatchObject({ is: "suppress", reason: "no-consent", steps: [] });
    const timeline = await typed(["contact", "timeline", "customer-4711", "--json"], environment);
    expect(timeline.output).not.toContain("20 % off 🎉");
  });

  it("follows what happens until it is told to end", async () => {
    const ending = new AbortController();
    const following = typed(["tail", "--event", "message.status"], environment, ending.signal);
    await typed(["send", "customer-4711", "Again", "--category", "appointment", "--wait"], environment);
    ending.abort();
    const { code, output } = await following;
    expect(code).toBe(0);
    expect(output).toContain("delivered");
  });

  it("does every example of its help", async () => {
    const send = async (...words: string[]): Promise<string> => {
      const whole = ["send", "customer-4711", "Hi", "--category", "appointment", "--json", ...words];
      return (JSON.parse((await typed(whole, environment)).output) as { id: string }).id;
    };
    const [sent, held] = [await send("--wait"), await send("--at", "2026-12-01T18:00:00Z")];
    const made = await typed(
      ["campaign", "create", "Sale", "Now.", "--category", "offer", "--json"],
      environment,
    );
    const campaign = (JSON.parse(made.output) as { id: string }).id;
    writeFileSync(join(folder, "customers.txt"), "customer-4711\n");
    const own = commands.filter(({ passesOn, name }) => !passesOn && !/^(completion|tail)/.test(name));
    const failed: string[] = [];
    for (const example of own.flatMap(({ examples }) => examples)) {
      const line = example
        .replaceAll("msg_01…", example.includes("cancel") ? held : sent)
        .replaceAll("cmp_01…", campaign)
        .replace(/(messages.jsonl|customers.txt)/, join(folder, "$1"));
      const { code, notes } = await typed(wordsOf(line), environment);
      if (code !== 0) failed.push(`${example}: ${code} ${notes}`);
    }
    // The page has added the person already that two examples would add.
    expect(failed.filter((line) => !line.includes("contact add"))).toEqual([]);
  });

  it("explains itself: every command, with examples", async () => {
    for (const { name, does, examples } of commands) {
      const { code, output } = await typed([...name.split(" "), "--help"], environment);
      expect(code).toBe(0);
      expect(output).toContain(does);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) expect(output).toContain(`heliograph ${example}`);
    }
  });
});
