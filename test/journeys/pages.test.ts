import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** The blocks of a page that call the API, as they are printed. */
function callsIn(page: string): string[] {
  const text = readFileSync(`${root}${page}`, "utf8");
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
  return blocks.filter((block) => /\bcurl\b/.test(block));
}

function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"]);
    return true;
  } catch {
    console.warn("No curl found: the calls that are printed on our pages are not run.");
    return false;
  }
}

describe.skipIf(!hasCurl())("the calls of the API that are printed", () => {
  let laptop: Laptop;
  let api: Api;
  beforeAll(async () => {
    laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
    api = apiOf(laptop);
    await peopleOfThePages();
  });
  afterAll(async () => laptop?.stop());

  /** Whom the pages write to, by the ids that stand there. */
  async function peopleOfThePages(): Promise<void> {
    for (const id of ["4711", "4712"]) {
      const addresses = [{ kind: "phone", value: `+1 212 555 ${id}`, lineType: "mobile" }];
      const made = await api.post("/v1/contacts", {
        externalId: id,
        timeZone: "America/New_York",
        addresses,
      });
      expect(made.status, JSON.stringify(made.body)).toBe(201);
    }
  }

  /** Runs lines of a page in a shell, at the laptop's address and with its key. */
  async function typed(lines: string): Promise<string> {
    const { host } = new URL(laptop.url);
    const script = lines.replaceAll("localhost:4000", host).replaceAll("hg_…", laptop.apiKey);
    const env = { ...process.env, KEY: laptop.apiKey, URL: laptop.url };
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { env });
    expect(stdout, script).not.toContain("/problems/");
    return stdout;
  }

  it("in the first five minutes bring the first message to a phone", async () => {
    const [first, ...others] = callsIn("README.md");
    expect(others).toEqual([]);
    const message: Json = JSON.parse(await typed(first ?? ""));
    const sent = await until(
      "the first message to end",
      async () => (await api.get(`/v1/messages/${message.id}`)).body,
      ({ status }) => status === "delivered" || status === "read",
      120,
    );
    expect(sent.attempts.length).toBeGreaterThan(0);
  });

  it("of campaigns make one, preview it, launch it, stop it, let it go on and call it off", async () => {
    const [block = "", ...others] = callsIn("docs/campaigns.md");
    expect(others).toEqual([]);
    const [define = "", ...calls] = block.split("\n").filter((line) => line.startsWith("api"));
    expect(calls).toHaveLength(8);
    let id = "cmp_…";
    for (const call of calls) {
      const said = await typed(`${define}\n${call.replaceAll("cmp_…", id)}`);
      const answer: Json = JSON.parse(said);
      if (id === "cmp_…") id = answer.id;
    }
    expect((await api.get(`/v1/campaigns/${id}`)).body.state).toBe("canceled");
  });

  it("of campaigns by a template take the values of all, and those of each", async () => {
    const page = readFileSync(`${root}docs/campaigns.md`, "utf8");
    const [, template = ""] = /`("template": \{.+?\}\})`/.exec(page) ?? [];
    const [, recipients = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
    const text = { type: "text", required: true };
    const made = await api.put("/v1/templates/packed", {
      defaultLocale: "en",
      locales: { en: { text: "{{shop}}: order {{order}} is packed." } },
      variables: { shop: { ...text, example: "Northwind" }, order: { ...text, example: "A-1" } },
    });
    expect(made.status, JSON.stringify(made.body)).toBeLessThan(300);
    const asked = { name: "Packed", category: "delivery-update", ...JSON.parse(`{${template}}`) };
    const campaign = await api.post("/v1/campaigns", asked);
    expect(campaign.status, JSON.stringify(campaign.body)).toBe(201);
    const at = `/v1/campaigns/${campaign.body.id}`;
    expect((await api.put(`${at}/recipients/1`, JSON.parse(recipients))).status).toBeLessThan(300);
    const { body } = await api.get(`${at}/preview`);
    expect(body).toMatchObject({ recipients: 2, sends: [{ channel: "sms", messages: 2 }] });
  });

  it("of switches turn one off, list it and turn it on again", async () => {
    const lines = callsIn("docs/operations.md")
      .flatMap((block) => block.trim().split("\n"))
      .filter((line) => line.startsWith("curl"));
    const [turnOff = "", list = "", turnOn = ""] = lines;
    expect(lines).toHaveLength(3);
    await typed(turnOff);
    expect(await typed(list)).toContain("wrong price");
    await typed(turnOn);
    expect((await api.get("/v1/switches")).body.off).toEqual([]);
  });
});
