import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyReceipt,
  applyResult,
  closeAttempt,
  postponed,
  startAttempt,
} from "../../functions/messages/attempt.ts";
import { effectsOf } from "../../functions/messages/effects.ts";
import { finalStatuses, type Message } from "../../functions/messages/message.ts";
import {
  canceled,
  currentAttempt,
  dueWhileWaiting,
  givenUp,
  movedOn,
  planned,
  retryStep,
  startStep,
} from "../../functions/messages/status.ts";
import { Receipt } from "../../functions/providers/provider.ts";
import { cohortInstant } from "../../functions/messages/cohort.ts";
import { aMessage, pushThenSms } from "../make.ts";

const twoSteps = pushThenSms(60, 0);

function started(step = 0): Message {
  const first = startStep(planned(aMessage(), twoSteps, 1), 0, 2).message;
  return step === 0 ? first : startStep(first, 1, 3).message;
}

function receipt(attemptId: string, is: Receipt["is"], at = 10): Receipt {
  return { attemptId, is, at, from: "callback" };
}

const id = (n: number) => `${aMessage().id}.${n}`;

describe("the referee of the failover", () => {
  it("starts the second step only from the first", () => {
    const unstarted = planned(aMessage(), twoSteps, 1);
    expect(startStep(unstarted, 1, 2).is).toBe("not-needed");
    expect(startStep(started(), 1, 2).is).toBe("started");
  });

  it("never starts a step once the person has the message", () => {
    const seen = applyReceipt(started(), receipt(id(1), "delivered"), "delivered", 10);
    expect(startStep(seen, 1, 11).is).toBe("not-needed");
  });

  it("gives the same attempt again when a step is asked for twice", () => {
    const again = startStep(started(), 0, 5);
    expect(again.is).toBe("already-started");
    expect(again.message.attempts).toHaveLength(1);
  });

  it("waits for a read when the category wants one", () => {
    const delivered = applyReceipt(started(), receipt(id(1), "delivered"), "read", 10);
    expect(delivered.status).not.toBe("delivered");
    expect(startStep(delivered, 1, 11).is).toBe("started");
  });
});

describe("proof that comes late", () => {
  it("is counted and shown, and the message is delivered all the same", () => {
    const late = applyReceipt(started(1), receipt(id(1), "delivered"), "delivered", 10);
    expect(late.status).toBe("delivered");
    expect(late.attempts[0]?.isLate).toBe(true);
    expect(late.timeline.at(-1)?.what).toBe("late-delivered");
    expect(effectsOf(started(1), late).happenings.map(({ name }) => name)).toContain("message.late-receipt");
  });

  it("stops an attempt that has not reached its provider yet", () => {
    const late = applyReceipt(started(1), receipt(id(1), "delivered"), "delivered", 10);
    expect(startAttempt(late, id(2), 11)).toBeUndefined();
  });

  it("turns an unknown end into a delivered one", () => {
    const lost = givenUp(
      applyResult(started(), id(1), { is: "unknown", reason: "timeout" }, 5),
      "no-receipt",
      6,
    );
    expect(lost.status).toBe("unknown");
    expect(applyReceipt(lost, receipt(id(1), "delivered"), "delivered", 9).status).toBe("delivered");
  });
});

describe("an attempt that reaches nobody", () => {
  it("has the failover go on at once while steps are left", () => {
    const before = started();
    const after = closeAttempt(before, id(1), { reason: "token-gone", status: "failed" }, 9);
    expect(effectsOf(before, after).movesOnAt).toBe(cohortInstant(9, 9, "message"));
    expect(after.status).toBe("queued");
  });

  it("ends the message as failed when it was the last", () => {
    expect(closeAttempt(started(1), id(2), { reason: "invalid-number", status: "failed" }, 9).status).toBe(
      "failed",
    );
  });

  it("ends the message as suppressed when the gate was closed and nothing had been sent", () => {
    expect(closeAttempt(started(1), id(2), { reason: "opted-out" }, 9).status).toBe("suppressed");
  });

  it("is tried again later without losing its step", () => {
    const waiting = postponed(started(1), id(2), 500, "quiet-hours", 9);
    expect(waiting).toMatchObject({ status: "held", heldUntil: 500, step: 1 });
    const resumed = retryStep(waiting, 501);
    expect(resumed?.attempt).toMatchObject({ id: id(3), step: 1, channel: "sms" });
  });
});

describe("canceling", () => {
  it("ends a message that no provider has been given", () => {
    expect(canceled(started(), 5)?.status).toBe("canceled");
    expect(startAttempt(canceled(started(), 5) ?? started(), id(1), 6)).toBeUndefined();
  });

  it("comes too late once a provider may have it", () => {
    const sending = startAttempt(started(), id(1), 4);
    expect(sending && canceled(sending, 5)).toBeUndefined();
  });
});

type Event =
  | { is: "step"; step: number }
  | { is: "start"; n: number }
  | { is: "result"; n: number; result: "accepted" | "refused" | "unknown" }
  | { is: "receipt"; n: number; what: Receipt["is"] }
  | { is: "postpone"; n: number }
  | { is: "retry" }
  | { is: "cancel" }
  | { is: "give-up" };

const n = fc.integer({ min: 1, max: 3 });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ is: fc.constant("step" as const), step: fc.integer({ min: 0, max: 1 }) }),
  fc.record({ is: fc.constant("start" as const), n }),
  fc.record({
    is: fc.constant("result" as const),
    n,
    result: fc.constantFrom("accepted" as const, "refused" as const, "unknown" as const),
  }),
  fc.record({
    is: fc.constant("receipt" as const),
    n,
    what: fc.constantFrom(...Receipt.shape.is.options),
  }),
  fc.record({ is: fc.constant("postpone" as const), n }),
  fc.constantFrom({ is: "retry" as const }, { is: "cancel" as const }, { is: "give-up" as const }),
);

function after(message: Message, happened: Event, now: number): Message {
  switch (happened.is) {
    case "step":
      return startStep(message, happened.step, now).message;
    case "start":
      return startAttempt(message, id(happened.n), now) ?? message;
    case "result":
      return applyResult(message, id(happened.n), resultOf(happened.result), now);
    case "receipt":
      return applyReceipt(message, receipt(id(happened.n), happened.what, now), "delivered", now);
    case "postpone":
      return postponed(message, id(happened.n), now + 100, "provider-busy", now);
    case "retry":
      return currentAttempt(message)?.status === "refused"
        ? (retryStep(message, now)?.message ?? message)
        : message;
    case "cancel":
      return canceled(message, now) ?? message;
    case "give-up":
      return givenUp(message, "no-receipt", now);
  }
}

function resultOf(is: "accepted" | "refused" | "unknown") {
  if (is === "accepted") return { is, providerMessageId: "SM1" };
  return { is, reason: "because" };
}

const proofRank = ["provider-accepted", "carrier-accepted", "delivered", "read"];

describe.each([
  ["to the second", twoSteps],
  ["to ten seconds", { ...twoSteps, grain: "cohort" as const }],
])("whatever happens in whatever order to a message timed %s", (_, plan) => {
  const histories = fc.array(event, { maxLength: 30 });
  const lived = (events: readonly Event[]) =>
    events.reduce<Message[]>(
      (life, happened, now) => [...life, after(life.at(-1) ?? aMessage(), happened, now * 9_000 + 10)],
      [planned(aMessage(), plan, 1)],
    );

  it("a cohort has who waits for its next step, and nobody else", () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const message of lived(events)) {
          if (message.movesOnAt === undefined) continue;
          expect(message.step).toBe(0);
          expect(finalStatuses.has(message.status)).toBe(false);
          expect(currentAttempt(message)?.status).not.toBe("queued");
          expect(message.dueAt).toBe(dueWhileWaiting(message.movesOnAt));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("only one of all who want to move a message on does", () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const message of lived(events)) {
          const { movesOnAt = 0 } = message;
          const next = movedOn(message, movesOnAt, movesOnAt);
          if (!next) continue;
          expect(next.attempts).toHaveLength(message.attempts.length + 1);
          expect(movedOn(next, movesOnAt, movesOnAt + 1)).toBeUndefined();
          expect(startStep(next, message.step + 1, movesOnAt + 1).is).toBe("already-started");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a message that ended only changes by proof that it arrived", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const life = lived(events);
        for (const [index, message] of life.entries()) {
          const next = life[index + 1];
          if (!next || !finalStatuses.has(message.status) || next.status === message.status) continue;
          expect(["delivered", "read"]).toContain(next.status);
          expect(message.status).not.toBe("read");
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("the proof of an attempt is never taken back", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const life = lived(events);
        for (const [index, message] of life.entries()) {
          for (const attempt of message.attempts) {
            const next = life[index + 1]?.attempts.find(({ id }) => id === attempt.id);
            if (!next || !proofRank.slice(2).includes(attempt.status)) continue;
            expect(proofRank.indexOf(next.status)).toBeGreaterThanOrEqual(proofRank.indexOf(attempt.status));
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("no attempt starts after the person has the message", () => {
    fc.assert(
      fc.property(histories, (events) => {
        const life = lived(events);
        for (const [index, message] of life.entries()) {
          if (message.confirmedAt === undefined) continue;
          expect(life[index + 1]?.attempts.length ?? message.attempts.length).toBe(message.attempts.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("a message that has not ended is always due for a look", () => {
    fc.assert(
      fc.property(histories, (events) => {
        for (const message of lived(events))
          expect(finalStatuses.has(message.status)).toBe(message.dueAt === undefined);
      }),
      { numRuns: 2_000 },
    );
  });
});
