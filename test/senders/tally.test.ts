import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureIn, hasTripped, type Tally, tallied } from "../../functions/senders/tally.ts";
import { noon } from "../make.ts";

const after = (answers: string, every = 1000): Tally =>
  answers
    .split("")
    .reduce<Tally>(
      (tally, one, index) => tallied(tally, { at: noon + index * every, isFailure: one === "x" }),
      [],
    );

describe("a tally of a provider's answers", () => {
  it.each([
    ["xxxxx", true],
    ["xxxx", false],
    [".....xxxxx", true],
    ["xxxx.xxxx", false],
    ["x.x.x.x.x.x.x.x.x.x.", true],
    ["x.x.x.x.x.x.x.x.x...", false],
  ])("%s trips: %s", (answers, is) => {
    expect(hasTripped(after(answers))).toBe(is);
  });

  it("forgets what is older than five minutes", () => {
    expect(hasTripped(after("xxxxx", 70_000))).toBe(true);
    expect(hasTripped(after("xxxxx", 80_000))).toBe(false);
  });

  it("never grows, and never trips on fewer than five failures", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (failures) => {
        const tally = after(failures.map((is) => (is ? "x" : ".")).join(""));
        expect(tally.length).toBeLessThanOrEqual(20);
        expect(hasTripped(tally) && failures.filter(Boolean).length < 5).toBe(false);
      }),
    );
  });

  it("counts what is wrong with the provider, not with a message or the pace", () => {
    expect(failureIn({ is: "unknown", reason: "http-503" })).toBe("http-503");
    const busy = { is: "busy", retryAfterSeconds: 1 } as const;
    expect(failureIn({ ...busy, reason: "cannot-connect", isOutage: true })).toBe("cannot-connect");
    expect(failureIn({ ...busy, reason: "over-the-rate" })).toBeUndefined();
    expect(failureIn({ is: "refused", reason: "opted-out" })).toBeUndefined();
    expect(failureIn({ is: "accepted", providerMessageId: "SM1" })).toBeUndefined();
  });
});
