import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyReceipt, applyResult, startAttempt } from "../../functions/messages/attempt.ts";
import { inItsPlace, itemOfMessage, messageIn } from "../../functions/messages/message-item.ts";
import { storyOf, toldBy } from "../../functions/messages/message-story.ts";
import type { Message } from "../../functions/messages/message.ts";
import { held, movedOn, planned, startStep } from "../../functions/messages/status.ts";
import { aMessage, noon } from "../make.ts";

const plan = {
  steps: [{ channel: "sms" as const, addressId: "adr_phone", senderId: "us-number", waitSeconds: 0 }],
  considered: [],
  decidedAt: noon,
};
const attemptId = `${aMessage().id}.1`;
const queued = startStep(planned(aMessage(), plan, noon), 0, noon).message;
const placed = (message: Message) => itemOfMessage(message).dueAt;
/** As the next reader has it. */
const read = (message: Message) => messageIn(itemOfMessage(message)) ?? message;

describe("a story", () => {
  it("is read as it was told", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toldBy(storyOf(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("of words that nobody knows is refused", () => {
    expect(() => toldBy(`9${storyOf({}).slice(1)}`)).toThrow("version 9");
  });

  // DynamoDB bills each kilobyte of a write: https://aws.amazon.com/dynamodb/pricing/on-demand/
  it("of one text message fits into a kilobyte from its first day to its last", () => {
    const started = startAttempt(queued, attemptId, noon + 100) ?? queued;
    const sent = applyResult(
      started,
      attemptId,
      { is: "accepted", providerMessageId: `SM${"f".repeat(32)}` },
      noon + 300,
    );
    const receipt = { attemptId, is: "delivered", at: noon + 900, from: "callback" } as const;
    const delivered = applyReceipt(sent, receipt, "delivered", noon + 1000);
    for (const message of [queued, started, sent, delivered])
      expect(
        JSON.stringify(itemOfMessage({ ...message, content: { text: "y".repeat(160), mediaUrls: [] } }))
          .length,
      ).toBeLessThan(1024);
  });
});

describe("the item of a message", () => {
  it("holds all of it", () => {
    expect(read(queued)).toEqual({ ...queued, foundAt: queued.dueAt });
    expect(messageIn(undefined)).toBeUndefined();
    expect(messageIn({ pk: "inb_1", inbound: {} })).toBeUndefined();
  });

  it("keeps its place among what is due while it only moves on", () => {
    const first = placed(queued);
    const started = startAttempt(read(queued), attemptId, noon + 100) ?? queued;
    expect(placed(started)).toBe(first);
    const sent = applyResult(
      read(started),
      attemptId,
      { is: "accepted", providerMessageId: "SM1" },
      noon + 300,
    );
    expect(sent.dueAt).toBeGreaterThan(first ?? 0);
    expect(placed(sent)).toBe(first);
    expect(placed(inItsPlace(read(sent)) ?? sent)).toBe(sent.dueAt);
  });

  it("keeps its place while it waits for its next step, too", () => {
    const steps = [...plan.steps.map((step) => ({ ...step, waitSeconds: 60 })), ...plan.steps];
    const two = startStep(planned(aMessage(), { ...plan, steps }, noon), 0, noon).message;
    const started = startAttempt(read(two), attemptId, noon + 100) ?? two;
    const waits = applyResult(
      read(started),
      attemptId,
      { is: "accepted", providerMessageId: "SM1" },
      noon + 300,
    );
    expect(waits.movesOnAt).toBeDefined();
    expect(placed(waits)).toBe(placed(two));
    const next = movedOn(read(waits), waits.movesOnAt ?? 0, noon + 60_500);
    expect(next && placed(next)).toBe(placed(two));
  });

  it("takes its own place when it has to be looked at earlier, or waits", () => {
    const started = startAttempt(read(queued), attemptId, noon + 100) ?? queued;
    const unknown = applyResult(read(started), attemptId, { is: "unknown", reason: "timeout" }, noon + 300);
    expect(placed(unknown)).toBe(unknown.dueAt);
    expect(unknown.dueAt).toBeLessThan(placed(queued) ?? 0);
    const waits = held(read(queued), noon + 86_400_000, "quiet-hours", noon);
    expect(placed(waits)).toBe(waits.dueAt);
  });

  it("has no place once nothing is left to do", () => {
    const receipt = { attemptId, is: "delivered", at: noon + 900, from: "callback" } as const;
    const delivered = applyReceipt(
      read(startAttempt(queued, attemptId, noon) ?? queued),
      receipt,
      "delivered",
      noon,
    );
    expect(placed(delivered)).toBeUndefined();
  });
});
