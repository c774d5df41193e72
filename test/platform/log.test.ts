import { afterEach, describe, expect, it, vi } from "vitest";
import { log } from "../../functions/platform/log.ts";
import { keptTrace } from "../../functions/platform/trace.ts";

const root = "1-67891233-abcdef012345678912345678";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function lineOf(write: () => void): unknown {
  const written = vi.spyOn(console, "log").mockImplementation(() => undefined);
  write();
  return JSON.parse(String(written.mock.calls[0]?.[0]));
}

describe("a log line", () => {
  it("leads to the trace of its run, where one is kept", () => {
    vi.stubEnv("_X_AMZN_TRACE_ID", `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1;Lineage=1:a87bd80c:0`);
    const line = lineOf(() => log.info("swept", { messageId: "msg_1" }));
    expect(line).toEqual({ level: "info", event: "swept", messageId: "msg_1", traceId: root });
  });

  it.each([undefined, "", `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`, `Root=${root}`, "Sampled=1"])(
    "names no trace that nobody keeps: %s",
    (header) => {
      expect(keptTrace(header ?? "")).toBeUndefined();
      vi.stubEnv("_X_AMZN_TRACE_ID", header ?? "");
      expect(lineOf(() => log.info("swept"))).toEqual({ level: "info", event: "swept" });
    },
  );

  it("says of an error where it came from, and nothing that it quotes", () => {
    const written = vi.spyOn(console, "error").mockImplementation(() => undefined);
    log.error("item-failed", new TypeError("Ada's number is +12125550100"), { messageId: "msg_1" });
    const line = String(written.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({ level: "error", error: "TypeError", messageId: "msg_1" });
    expect(line).not.toContain("Ada");
    expect(line).not.toContain("5550100");
  });
});
