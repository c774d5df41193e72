import { describe, expect, it } from "vitest";
import { allOn, isDeclared, offFor, switchedOff, switchedOn } from "../../functions/switches/switch.ts";
import { business } from "../../heliograph.config.ts";
import { noon } from "../make.ts";

const asked = { scope: "sender", id: "us-number", by: "key_1", at: noon } as const;
const goesBy = { sender: "us-number", channel: "sms", category: "offer" };

describe("a switch", () => {
  it("that is off stops what goes by its sender, channel or category, and nothing else", () => {
    const board = switchedOff(allOn, asked, "spam complaints");
    expect(offFor(board, goesBy)).toMatchObject({ reason: "spam complaints", by: "key_1", since: noon });
    expect(offFor(board, { ...goesBy, sender: "uk-number" })).toBeUndefined();
    const byChannel = switchedOff(allOn, { ...asked, scope: "channel", id: "sms" }, "outage");
    expect(offFor(byChannel, goesBy)?.scope).toBe("channel");
    expect(offFor(byChannel, { ...goesBy, channel: "push" })).toBeUndefined();
  });

  it("is told apart from one of another scope with the same id", () => {
    const board = switchedOff(allOn, { ...asked, scope: "category", id: "us-number" }, "why");
    expect(offFor(board, goesBy)).toBeUndefined();
  });

  it("keeps its first reason and its first turn when it is switched off twice", () => {
    const once = switchedOff(allOn, asked, "first");
    expect(switchedOff(once, { ...asked, by: "key_2", at: noon + 1 }, "second")).toBe(once);
  });

  it("remembers who turned it, when and why, until the history has it", () => {
    const off = { ...switchedOff(allOn, asked, "why"), version: 1 };
    const on = switchedOn(off, { ...asked, by: "key_2", at: noon + 5 });
    expect(on.off).toEqual([]);
    expect(on.liftedAt).toBe(noon + 5);
    expect(on.unwritten).toEqual([
      { number: 1, scope: "sender", id: "us-number", is: "off", by: "key_1", at: noon, reason: "why" },
      { number: 2, scope: "sender", id: "us-number", is: "on", by: "key_2", at: noon + 5 },
    ]);
  });

  it("that is on is not lifted again", () => {
    expect(switchedOn(allOn, asked)).toBe(allOn);
  });

  it("stands only on what there is", () => {
    expect(isDeclared("sender", "us-number", business)).toBe(true);
    expect(isDeclared("channel", "rcs", business)).toBe(true);
    expect(isDeclared("category", "offer", business)).toBe(true);
    expect(isDeclared("category", "us-number", business)).toBe(false);
  });

  it("stands on whatever may be a campaign: stopping one waits for no look-up", () => {
    expect(isDeclared("campaign", `cmp_${"0".repeat(26)}`, business)).toBe(true);
    expect(isDeclared("campaign", "cmp_", business)).toBe(false);
    expect(isDeclared("campaign", "offer", business)).toBe(false);
  });
});
