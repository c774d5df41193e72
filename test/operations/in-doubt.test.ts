import { describe, expect, it } from "vitest";
import { calledOff, inDoubt } from "../../bin/in-doubt.ts";
import type { Campaign } from "../../functions/campaigns/campaign.ts";
import type { Attempt, Message } from "../../functions/messages/message.ts";
import { held, planned, startStep, waiting } from "../../functions/messages/status.ts";
import { aMessage, noon } from "../make.ts";

const minute = 60_000;
const short = { from: noon, to: noon + 2 * minute };
const long = { from: noon, to: noon + 60 * minute };
const now = noon + 90 * minute;

const step = { channel: "sms", addressId: "adr_phone", senderId: "us-number", waitSeconds: 0 } as const;
const push = { channel: "push", addressId: "adr_app", senderId: "app", waitSeconds: 60 } as const;

function queued(
  attempt: Partial<Attempt> = {},
  steps: readonly (typeof step | typeof push)[] = [step],
): Message {
  const plan = { steps: [...steps], considered: [], decidedAt: noon };
  const { message } = startStep(planned(aMessage(), plan, noon), 0, noon - minute);
  return { ...message, attempts: message.attempts.map((one) => ({ ...one, ...attempt })) };
}

describe("after a restore", () => {
  it("the provider is asked what became of an attempt that may have been made in a short gap", () => {
    const next = inDoubt(queued(), short, now);
    expect(next).toMatchObject({ status: "sending", dueAt: now });
    expect(next.attempts).toMatchObject([{ status: "unknown", startedAt: noon, reason: "restored" }]);
  });

  it("nothing is sent on a guess after a gap that no look-up covers", () => {
    expect(inDoubt(queued(), long, now)).toMatchObject({ status: "unknown", reason: "restored" });
  });

  it("the provider is asked about what it had taken, however long the gap: the receipt may have come in it", () => {
    const sent = queued({ status: "provider-accepted", providerMessageId: "SM1", startedAt: noon - minute });
    expect(inDoubt(sent, long, now).attempts).toMatchObject([
      { status: "unknown", providerMessageId: "SM1", startedAt: noon - minute },
    ]);
  });

  it("a message whose next step may have started in the gap is not sent again", () => {
    const sent = queued({ status: "provider-accepted", startedAt: noon - minute }, [push, step]);
    expect(inDoubt(sent, short, now)).toMatchObject({ status: "unknown" });
    const waits = queued({ status: "provider-accepted", startedAt: noon }, [
      { ...push, waitSeconds: 60 },
      step,
    ]);
    const later = {
      ...waits,
      attempts: waits.attempts.map((one) => ({ ...one, queuedAt: noon + 5 * minute })),
    };
    expect(inDoubt(later, short, now).status).toBe("sending");
  });

  it("a message that nobody had routed may have been sent since, so it ends as unknown", () => {
    expect(inDoubt(aMessage(), short, now)).toMatchObject({ status: "unknown", reason: "restored" });
  });

  it("what was to go only after the gap, what waits for a switch and what had ended goes on as it was", () => {
    const untouched = [
      held(aMessage(), noon + 3 * 60 * minute, "quiet-hours: brand", noon),
      aMessage({ sendAt: noon + 3 * 60 * minute }),
      waiting(aMessage(), "switched-off: channel sms", noon),
      aMessage({ status: "delivered" }),
    ];
    for (const message of untouched) expect(inDoubt(message, long, now)).toBe(message);
  });
});

describe("a campaign after a restore", () => {
  const campaign = (more: Partial<Campaign>): Campaign => ({
    id: `cmp_${"0".repeat(26)}`,
    name: "Sale",
    category: "offer",
    content: { text: "Sale!", mediaUrls: [] },
    state: "draft",
    createdAt: noon,
    version: 1,
    ...more,
  });

  it("that was under way, or may have been, is called off: whom it reached nobody knows", () => {
    const underway: Partial<Campaign>[] = [{ state: "launched" }, { state: "scheduled", startAt: short.to }];
    for (const more of underway)
      expect(calledOff(campaign(more), short, now)).toMatchObject({ state: "canceled", canceledAt: now });
  });

  it("that was to begin after the gap, or was not launched, stays as it was", () => {
    const others: Partial<Campaign>[] = [{}, { state: "scheduled", startAt: short.to + 1 }];
    for (const one of others.map(campaign)) expect(calledOff(one, short, now)).toBe(one);
  });
});
