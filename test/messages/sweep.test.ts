import { describe, expect, it } from "vitest";
import { openGate } from "../../functions/consent/gate.ts";
import { applyReceipt, restored, startAttempt } from "../../functions/messages/attempt.ts";
import type { Purpose } from "../../functions/messages/category.ts";
import type { Attempt, Message } from "../../functions/messages/message.ts";
import type { Plan } from "../../functions/messages/plan.ts";
import { route } from "../../functions/messages/route.ts";
import { planned, startStep, withAttempt } from "../../functions/messages/status.ts";
import { sweep, type SweepUsing } from "../../functions/messages/sweep.ts";
import { track } from "../../functions/messages/track.ts";
import type { Receipt } from "../../functions/providers/provider.ts";
import { aMessage, noon, pushThenSms } from "../make.ts";
import { aWorld, theMessage, type World } from "../world.ts";

const plan = pushThenSms(60);
const oneStep: Plan = { ...plan, steps: plan.steps.slice(1) };

const started = (of = plan, step = 0) => {
  const first = startStep(planned(aMessage(), of, noon), 0, noon).message;
  return step === 0 ? first : startStep(first, 1, noon + 60_000).message;
};
const sending = (of: Plan): Message => startAttempt(started(of), `${aMessage().id}.1`, noon) ?? started(of);

async function sweepAfter(
  world: World,
  milliseconds: number,
  using: SweepUsing = world.using,
): Promise<void> {
  world.now.at += milliseconds;
  await sweep(using);
}

/** The worker got as far as taking the gate for the first attempt. */
function takeFirstGate(world: World, purpose: Purpose): void {
  const { contactId, id } = theMessage(world);
  const claim = {
    at: noon,
    addressId: "adr_phone",
    channel: "sms" as const,
    purpose,
    is: "claimed" as const,
  };
  world.gates.set(contactId, { ...openGate(contactId), claims: { [`${id}.1`]: claim }, version: 1 });
}

describe("routing", () => {
  it("hands a message straight to its first sender, whether or not a step may follow", async () => {
    const world = aWorld();
    await route({ messageId: theMessage(world).id }, world.using);
    expect(theMessage(world).plan?.steps).toHaveLength(2);
    expect(world.handed).toMatchObject([{ senderId: "app", isUrgent: false }]);
    expect(world.joined).toEqual([]);
  });

  it("twice is once", async () => {
    const world = aWorld();
    await route({ messageId: theMessage(world).id }, world.using);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(new Set(world.handed.map(({ work }) => work.attemptId)).size).toBe(1);
    expect(theMessage(world).timeline.filter(({ what }) => what === "planned")).toHaveLength(1);
  });
});

describe("the sweeper", () => {
  it("puts a message that never reached routing back on the queue", async () => {
    const world = aWorld();
    await sweepAfter(world, 61_000);
    expect(world.intake).toEqual([theMessage(world).id]);
  });

  it("leaves alone what is not due", async () => {
    const world = aWorld();
    await sweepAfter(world, 1_000);
    expect(world.intake).toEqual([]);
  });

  it("makes a new attempt when the worker died before it had taken the gate", async () => {
    const world = aWorld(sending(oneStep));
    await sweepAfter(world, 121_000);
    expect(theMessage(world).attempts.map(({ id }) => id)).toEqual([
      `${theMessage(world).id}.1`,
      `${theMessage(world).id}.2`,
    ]);
    expect(world.handed.map(({ work }) => work.attemptId)).toEqual([`${theMessage(world).id}.2`]);
  });

  it("makes none when the worker had taken the gate: the person may have got it", async () => {
    const world = aWorld(sending(oneStep));
    takeFirstGate(world, "transactional");
    await sweepAfter(world, 121_000);
    expect(theMessage(world).attempts[0]?.status).toBe("unknown");
    expect(world.handed).toEqual([]);
  });

  it("ends a message as unknown when nobody can say what became of it", async () => {
    const world = aWorld(sending(oneStep));
    takeFirstGate(world, "transactional");
    const using = { ...world.using, reconcile: async () => ({ is: "cannot-say" as const }) };
    for (let minutes = 0; minutes < 40; minutes += 1) await sweepAfter(world, 60_000, using);
    expect(theMessage(world).status).toBe("unknown");
    expect(theMessage(world).attempts).toHaveLength(1);
  });

  it("makes a message again that the provider never took, once it has had time to say so", async () => {
    const world = aWorld(sending(oneStep));
    const { id } = theMessage(world);
    takeFirstGate(world, "transactional");
    await sweepAfter(world, 121_000);
    expect(world.handed).toEqual([]);
    for (let minutes = 0; minutes < 20; minutes += 1) await sweepAfter(world, 60_000);
    expect(world.handed.map(({ work }) => work.attemptId)).toEqual([`${id}.2`]);
  });

  it("tries a one-time code again while it is still of use, once the provider knows of no such message", async () => {
    const code = { category: "one-time-code", expiresAt: noon + 300_000 };
    const world = aWorld({ ...sending(oneStep), ...code });
    const { id } = theMessage(world);
    takeFirstGate(world, "otp");
    await sweepAfter(world, 121_000);
    await sweepAfter(world, 121_000);
    expect(world.handed.map(({ work }) => work.attemptId)).toEqual([`${id}.2`]);
  });

  describe("where the report of a message that a provider has taken does not come", () => {
    const accepted = { status: "carrier-accepted", carrierAcceptedAt: noon } as const;
    const sentBy = (message: Message, more: Partial<Attempt> = {}) => {
      const world = aWorld(message);
      const [attempt] = theMessage(world).attempts;
      if (!attempt) throw new Error("it has no attempt");
      const attempts = [{ ...attempt, ...accepted, ...more }];
      world.messages.set(message.id, { ...message, status: "sent", dueAt: noon + 120_000, attempts });
      return world;
    };
    const says =
      (is: Receipt["is"]) =>
      async ({ id }: Attempt) => ({
        is: "found" as const,
        receipt: { attemptId: id, is, at: noon, from: "reconcile" as const },
      });

    const asking = (world: World, reconcile: SweepUsing["reconcile"]): SweepUsing => ({
      ...world.using,
      reconcile,
      track: (receipt) => track(receipt, false, world.using),
    });

    it("asks the provider, which may have told it long ago", async () => {
      const world = sentBy(sending(oneStep));
      await sweepAfter(world, 121_000, asking(world, says("delivered")));
      expect(theMessage(world).status).toBe("delivered");
    });

    it("starts no further step for somebody who has it", async () => {
      const world = sentBy(started());
      await sweepAfter(world, 121_000, asking(world, says("delivered")));
      expect(world.handed).toEqual([]);
      expect(theMessage(world).status).toBe("delivered");
    });

    it("asks again for as long as a carrier may report, and then says that nobody knows", async () => {
      const world = sentBy(sending(oneStep));
      let asked = 0;
      const reconcile: SweepUsing["reconcile"] = (attempt) => {
        asked += 1;
        return says("carrier-accepted")(attempt);
      };
      for (let hours = 0; hours < 71; hours += 1)
        await sweepAfter(world, 3_600_000, asking(world, reconcile));
      expect(theMessage(world).status).toBe("sent");
      expect(asked, "each time after twice the time").toBeLessThan(15);
      for (let hours = 0; hours < 3; hours += 1) await sweepAfter(world, 3_600_000, asking(world, reconcile));
      expect(theMessage(world)).toMatchObject({ status: "unknown", reason: "no-receipt" });
    });

    it("asks within minutes where tables were lost, and reports with them", async () => {
      const world = aWorld(sending(oneStep));
      const [attempt] = theMessage(world).attempts;
      const doubtful = withAttempt(theMessage(world), {
        ...(attempt as Attempt),
        status: "unknown",
        reason: restored,
      });
      const receipt = {
        attemptId: attempt?.id ?? "",
        is: "carrier-accepted",
        at: noon,
        from: "callback",
      } as const;
      expect(applyReceipt(doubtful, receipt, "delivered", noon).dueAt).toBe(noon + 300_000);
    });
  });

  it("starts the next step when the cohort that should have taken it along did not", async () => {
    const world = aWorld(started());
    world.messages.set(theMessage(world).id, {
      ...theMessage(world),
      status: "sent",
      dueAt: noon + 120_000,
      attempts: theMessage(world).attempts.map((attempt) => ({
        ...attempt,
        status: "provider-accepted" as const,
      })),
    });
    await sweepAfter(world, 121_000);
    expect(world.handed).toMatchObject([{ senderId: "us-number" }]);
    expect(theMessage(world).step).toBe(1);
  });
});

describe("tracking", () => {
  it("ends the wait once, by the first proof", async () => {
    const world = aWorld(started());
    const receipt = {
      attemptId: `${theMessage(world).id}.1`,
      is: "delivered" as const,
      at: noon,
      from: "app" as const,
    };
    await track(receipt, false, world.using);
    await track(receipt, true, world.using);
    expect(theMessage(world)).toMatchObject({ status: "delivered", version: 2 });
    expect(world.joined).toEqual([]);
  });

  it("remembers how a person last opened something", async () => {
    const world = aWorld(started());
    await track(
      { attemptId: `${theMessage(world).id}.1`, is: "read", at: noon + 5, from: "app" },
      false,
      world.using,
    );
    expect(world.gates.get(theMessage(world).contactId)?.lastUsed).toMatchObject({
      channel: "push",
      addressId: "adr_app",
    });
  });

  it("lets no late receipt hide what was learned after it", async () => {
    const world = aWorld(started());
    const { contactId, id } = theMessage(world);
    const later = { channel: "sms" as const, addressId: "adr_phone", at: noon + 60_000 };
    const reach = { adr_app: { state: "unreachable" as const, at: noon + 60_000 } };
    world.gates.set(contactId, { ...openGate(contactId), lastUsed: later, reach, version: 1 });
    await track({ attemptId: `${id}.1`, is: "read", at: noon + 5, from: "app" }, false, world.using);
    expect(world.gates.get(contactId)).toMatchObject({ lastUsed: later, reach });
  });

  it("marks a number that a carrier calls gone", async () => {
    const world = aWorld(started(plan, 1));
    const receipt = {
      attemptId: `${theMessage(world).id}.2`,
      is: "undelivered" as const,
      at: noon,
      from: "callback" as const,
      mark: "unreachable" as const,
    };
    await track(receipt, false, world.using);
    expect(world.marked).toEqual([{ mark: "unreachable", addressId: "adr_phone" }]);
  });
});
