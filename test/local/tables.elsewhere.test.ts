import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { gateStore } from "../../functions/consent/gate.store.ts";
import { openGate } from "../../functions/consent/gate.ts";
import { tables } from "../../functions/platform/aws.store.ts";
import { createMeter } from "../../local/meter.ts";
import { startTables, type Tables } from "../../local/tables.ts";
import { type Aws, startAws } from "../aws.ts";
import { findEngine } from "../dynamodb-local/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "engine-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("tables that another program serves", () => {
  let served: Tables | undefined;
  let aws: Aws | undefined;

  afterEach(async () => {
    vi.unstubAllEnvs();
    await aws?.stop();
    await served?.stop();
  });

  it("are what tests and the local cloud talk to, their refusals included", async () => {
    served = await startTables(undefined, createMeter());
    vi.stubEnv("DYNAMODB_ENDPOINT", served.url);
    aws = await startAws();
    const gates = gateStore(aws.tables, "Contacts");
    const open = openGate("con_1");
    expect([await gates.replace(open, open), await gates.replace(open, open)]).toEqual([true, false]);
    // It went through to the tables behind.
    const behind = tables({ ...process.env, AWS_ENDPOINT_URL_DYNAMODB: served.url });
    expect(await gateStore(behind, "Contacts").find("con_1")).toMatchObject({ version: 1 });
  });
});

describe("the engine of the lane", () => {
  it("is the endpoint that is named", async () => {
    const found = await findEngine({ DYNAMODB_ENDPOINT: "http://127.0.0.1:8000" });
    expect(found).toMatchObject({ endpoint: "http://127.0.0.1:8000" });
  });

  it.each([
    ["there is no Java", [], {}],
    ["names no jar, and there is no Maven", ["java"], {}],
    ["which is not there", ["java"], { DYNAMODB_LOCAL_JAR: join(folder, "no.jar") }],
    ["does not start: no such class", ["java"], { DYNAMODB_LOCAL_JAR: join(folder, "java") }],
  ])("says why it is left out: %s", async (reason, programs, settings) => {
    const path = mkdtempSync(join(folder, "path-"));
    for (const program of [...programs, ...(reason.includes("start") ? ["java"] : [])]) {
      const script = '#!/bin/sh\n[ "$1" = -version ] || { echo "no such class" >&2; exit 1; }\n';
      writeFileSync(join(path, program), script, { mode: 0o755 });
      writeFileSync(join(folder, program), "");
    }
    expect(await findEngine({ PATH: path, ...settings })).toEqual({
      skipped: expect.stringContaining(reason),
    });
  });
});
