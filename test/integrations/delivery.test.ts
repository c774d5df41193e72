import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Delivery, replayed, retryPauses, tried } from "../../functions/integrations/delivery.ts";
import { afterTry, enabled, rotated, wants } from "../../functions/integrations/webhook.ts";
import type { Posted } from "../../functions/platform/guarded-post.ts";
import { noon } from "../make.ts";
import { aDelivery, aWebhook } from "./make.ts";

const answered = (status: number, retryAfter?: string): Posted => ({
  is: "answered",
  status,
  ...(retryAfter !== undefined && { retryAfter }),
});
const lost: Posted = { is: "failed", reason: "timeout" };
const day = 86_400_000;

/** The instants of all tries of a delivery that nobody takes. */
function course(posted: Posted): { tries: number[]; end: Delivery } {
  const tries: number[] = [];
  let delivery = aDelivery();
  let now = noon;
  for (;;) {
    tries.push(now - noon);
    delivery = tried(delivery, posted, { at: now, now });
    if (delivery.nextAt === undefined) return { tries, end: delivery };
    now = delivery.nextAt;
  }
}

describe("an event that an endpoint does not take", () => {
  it("is tried at once, after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, and given up then", () => {
    const { tries, end } = course(answered(500));
    const minutes = [0, 5 / 60, 5, 30, 120, 300, 600, 600].map((pause) => pause * 60_000);
    expect(tries.map((at, index) => at - (tries[index - 1] ?? 0))).toEqual(minutes);
    expect(end).toMatchObject({ status: "failed", tried: 8 });
    expect(tries).toHaveLength(retryPauses.length + 1);
  });

  it("is any that is not answered with a 2xx: what leads elsewhere is no answer", () => {
    const statusAfter = (posted: Posted) => tried(aDelivery(), posted, { at: noon, now: noon }).status;
    for (const status of [200, 201, 204, 299]) expect(statusAfter(answered(status))).toBe("delivered");
    for (const status of [0, 101, 301, 302, 307, 308, 400, 401, 404, 429, 500, 503])
      expect(statusAfter(answered(status)), String(status)).toBe("waiting");
    expect(statusAfter(lost)).toBe("waiting");
    expect(statusAfter(answered(410))).toBe("failed");
  });

  it("waits for as long as the endpoint asks for, at most a day, never less than planned", () => {
    const pauseAfter = (retryAfter: string) => {
      const { nextAt = 0 } = tried(aDelivery(), answered(503, retryAfter), { at: noon, now: noon });
      return nextAt - noon;
    };
    expect(pauseAfter("120")).toBe(120_000);
    expect(pauseAfter(new Date(noon + 600_000).toUTCString())).toBe(600_000);
    expect(pauseAfter("999999999")).toBe(day);
    for (const nonsense of ["1", "", "soon", "-5", "1e9", new Date(noon - day).toUTCString()])
      expect(pauseAfter(nonsense), nonsense).toBe(5_000);
  });

  it("comes to an end whatever endpoints answer, and its log stays small", () => {
    const posted = fc.oneof(
      fc.record({ is: fc.constant("answered" as const), status: fc.nat(999), retryAfter: fc.string() }),
      fc.constant(lost),
    );
    fc.assert(
      fc.property(posted, (answer) => {
        const { tries, end } = course(answer);
        expect(tries.length).toBeLessThanOrEqual(8);
        expect(end.status).not.toBe("waiting");
      }),
    );
    let delivery = aDelivery();
    for (let count = 0; count < 100; count += 1)
      delivery = replayed(tried(delivery, lost, { at: noon, now: noon }));
    expect(delivery.tries).toHaveLength(20);
    expect(delivery).toMatchObject({ replays: 100, tried: 0, status: "waiting" });
  });
});

describe("an endpoint", () => {
  const taken = { isTaken: true, isGone: false, number: 1 };
  const refused = { isTaken: false, isGone: false, number: 3 };

  it("hears of what it asked for, or of everything; tests go to the one they were asked for", () => {
    expect(wants(aWebhook(), "consent.changed")).toBe(true);
    expect(wants(aWebhook({ events: ["message.status"] }), "consent.changed")).toBe(false);
    expect(wants(aWebhook(), "webhook.test")).toBe(false);
  });

  it("is disabled when it says that it is gone", () => {
    const gone = afterTry(aWebhook(), { isTaken: false, isGone: true, number: 1 }, noon);
    expect(gone.disabled).toEqual({ reason: "gone", at: noon });
  });

  it("is disabled when it has taken nothing for five days", () => {
    const failing = afterTry(aWebhook(), refused, noon);
    expect(failing.failingSince).toBe(noon);
    expect(afterTry(failing, refused, noon + 5 * day - 1)).toBe(failing);
    expect(afterTry(failing, refused, noon + 5 * day).disabled?.reason).toBe("failing");
    const mended = afterTry(failing, taken, noon + day);
    expect(mended.failingSince).toBeUndefined();
    expect(afterTry(mended, refused, noon + 6 * day).disabled).toBeUndefined();
  });

  it("is written only when something is news: not with each event, and not for a hiccup", () => {
    const webhook = aWebhook();
    expect(afterTry(webhook, taken, noon)).toBe(webhook);
    expect(afterTry(webhook, { ...refused, number: 2 }, noon)).toBe(webhook);
    const off = aWebhook({ disabled: { reason: "by-hand", at: noon } });
    expect(afterTry(off, refused, noon)).toBe(off);
  });

  it("begins anew when it is enabled again", () => {
    const off = aWebhook({ failingSince: noon, disabled: { reason: "failing", at: noon + 5 * day } });
    expect(enabled(off)).toEqual(aWebhook());
  });

  it("gets one secret for one request, however often that is repeated", () => {
    const once = rotated(aWebhook(), "whk_request", noon);
    expect(once).toMatchObject({ secretNumber: 2, previousUntil: noon });
    expect(rotated(once, "whk_request", noon + day)).toBe(once);
    expect(rotated(once, "whk_other", noon + day).secretNumber).toBe(3);
  });
});
