import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { functionLog } from "../../local/function-log.ts";

const route = { name: "Route", path: "messages/route-queue" };
const failure = {
  errorType: "TypeError",
  errorMessage: "Ada Lovelace is not iterable",
  stack: "TypeError: Ada Lovelace is not iterable\n    at route (route.ts:7:1)\n    at run (queue.ts:1:1)",
};
const error = { level: "error", event: "item-failed", messageId: "msg_1", error: "Error" };

describe("the log of a function", () => {
  it("is a file where the cloud keeps its data", () => {
    const folder = mkdtempSync(join(tmpdir(), "function-log-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const shown: string[] = [];
    const log = functionLog(folder, route, (line) => void shown.push(line));
    log.wrote('{"level":"info","event":"routed"}\n');
    log.failed(failure);
    const lines = readFileSync(join(folder, "Route.log"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([{ level: "info", event: "routed" }, failure]);
    expect(shown).toEqual([]);
  });

  it("shows its errors alone where nothing is kept, a line each, in whatever pieces they come", () => {
    const shown: string[] = [];
    const log = functionLog(undefined, route, (line) => void shown.push(line));
    const text = [{ level: "info", event: "routed" }, error, { level: "warn", event: "late" }]
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
    log.wrote(`no JSON at all\n${text.slice(0, 60)}`);
    log.wrote(text.slice(60));
    expect(shown).toEqual(["messages/route-queue: item-failed messageId=msg_1 error=Error"]);
  });

  it("says of a failure what kind it is and where, and nothing that may quote a person", () => {
    const shown: string[] = [];
    const log = functionLog(undefined, route, (line) => void shown.push(line));
    log.failed(failure);
    log.failed({ ...failure, stack: "TypeError: Write to Ada\n  at home\n    at route (route.ts:7:1)" });
    log.failed({ errorType: "Sandbox.Timedout", errorMessage: "timed out after 3 seconds" });
    expect(shown).toEqual([
      "messages/route-queue: failed TypeError at route (route.ts:7:1)",
      "messages/route-queue: failed TypeError at route (route.ts:7:1)",
      "messages/route-queue: failed Sandbox.Timedout",
    ]);
  });
});
