import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { applyReceipt, applyResult, startAttempt } from "../../functions/messages/attempt.ts";
import { planned, startStep } from "../../functions/messages/status.ts";
import { MessageView, viewOf } from "../../functions/messages/view.ts";
import { aMessage, noon } from "../make.ts";

const step = { channel: "sms" as const, addressId: "adr_phone", senderId: "us-number", waitSeconds: 60 };
const points = [{ for: "reliability", points: 2, because: "sms: yes" }];
const considered = [{ channel: "sms" as const, reason: "chosen" as const, score: 7, points }];
const attemptId = `${aMessage().id}.1`;

function lived() {
  const started = startStep(
    planned(aMessage(), { steps: [step], considered, decidedAt: noon }, noon),
    0,
    noon + 1,
  ).message;
  const sending = startAttempt(started, attemptId, noon + 2) ?? started;
  const accepted = applyResult(
    sending,
    attemptId,
    { is: "accepted", providerMessageId: "SM1", segments: 2 },
    noon + 3,
  );
  const carrier = applyReceipt(
    accepted,
    { attemptId, is: "carrier-accepted", at: noon + 4, from: "callback" },
    "delivered",
    noon + 4,
  );
  return applyReceipt(
    carrier,
    { attemptId, is: "delivered", at: noon + 5, from: "callback" },
    "delivered",
    noon + 6,
  );
}

describe("a message as callers see it", () => {
  it("keeps every proof apart", () => {
    const iso = (after: number) => new Date(noon + after).toISOString();
    expect(viewOf(lived()).attempts).toMatchObject([
      {
        queuedAt: iso(1),
        startedAt: iso(2),
        providerAcceptedAt: iso(3),
        carrierAcceptedAt: iso(4),
        deliveredAt: iso(5),
        segments: 2,
      },
    ]);
  });

  it("says what was considered, with its points and reasons", () => {
    expect(viewOf(lived())).toMatchObject({ status: "delivered", plan: { steps: [step] }, considered });
    expect(
      viewOf({ ...aMessage(), status: "suppressed", reason: "no-consent", considered }).considered,
    ).toEqual(considered);
  });

  it("is what the description of the API says", () => {
    for (const message of [
      aMessage(),
      lived(),
      { ...aMessage(), status: "held" as const, heldUntil: noon, sendAt: noon },
    ])
      expect(z.strictObject(MessageView.shape).parse(viewOf(message))).toEqual(viewOf(message));
  });
});
