import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createClock } from "../../local/clock.ts";
import { startFunction } from "../../local/lambda.ts";
import { createMeter } from "../../local/meter.ts";

/** A function of this code, and its log so far. */
function aFunction(code: string) {
  const folder = mkdtempSync(join(tmpdir(), "lambda-failures-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "run.mjs"), code);
  const declared = { name: "Run", code: folder, handler: "run.handler", environment: {}, timeoutSeconds: 30 };
  const logFolder = join(folder, "logs");
  const using = { logFolder, meter: createMeter(), services: new Map() };
  const run = startFunction(
    { ...declared, memoryMegabytes: 256, logsRuns: false },
    createClock(Date.UTC(2026, 10, 23), 1),
    using,
  );
  const logged = () => {
    try {
      return readFileSync(join(logFolder, "Run.log"), "utf8").trim().split("\n");
    } catch {
      return [];
    }
  };
  onTestFinished(() => run.stop());
  return { run, logged };
}

describe("a function's failure", () => {
  it("is in its log when the process ends with a run in it", async () => {
    const { run, logged } = aFunction("export const handler = () => process.exit(1);");
    expect(await run.invoke({})).toMatchObject({ is: "error", type: "Runtime.ExitError" });
    expect(logged()).toEqual([expect.stringContaining("Runtime.ExitError")]);
  });

  it("is in its log when the code cannot be loaded", async () => {
    const { run, logged } = aFunction('throw new TypeError("no table");');
    expect(await run.invoke({})).toMatchObject({ is: "error", message: "no table" });
    expect(logged()).toEqual([expect.stringContaining("TypeError")]);
  });

  it("is none when the cloud stops", async () => {
    const { run, logged } = aFunction("export const handler = () => new Promise(() => undefined);");
    const outcome = run.invoke({});
    await run.stop();
    expect(await outcome).toMatchObject({ is: "error" });
    expect(logged()).toEqual([]);
  });
});
