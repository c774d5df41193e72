import { describe, expect, it } from "vitest";
import { applyReceipt } from "../../functions/messages/attempt.ts";
import type { HandToSender } from "../../functions/messages/hand-over.ts";
import { changeMessage } from "../../functions/messages/message.store.ts";
import { currentAttempt } from "../../functions/messages/status.ts";
import { sweep, type SweepUsing } from "../../functions/messages/sweep.ts";
import { aContact } from "../make.ts";
import { aWorld, messageId, type World } from "./deliver.fixture.ts";

/** A process that dies: from its n-th call to the outside on, nothing it does has an effect any more. */
class Death extends Error {}

interface Life {
  calls: number;
  isReborn: boolean;
}

function aMortalWorld(dies: { at: number; when: "before" | "after" }): { world: World; life: Life } {
  const life = { calls: 0, isReborn: false };
  const die = (moment: "before" | "after") => {
    if (life.isReborn) return;
    if (moment === "before") life.calls += 1;
    const isDead =
      life.calls > dies.at || (life.calls === dies.at && (moment === "after" || dies.when === "before"));
    if (isDead) throw new Death();
  };
  return { life, world: aWorld({ before: () => die("before"), after: () => die("after") }) };
}

/** What follows a death: the queue hands the work over again, and the sweeper looks every minute. */
async function recover(world: World, minutes: number): Promise<void> {
  const handed: string[] = [];
  const handToSender: HandToSender = async ({ attemptId }) => void handed.push(attemptId);
  const using: SweepUsing = {
    ...world,
    release: async () => 0,
    lookAtCircuits: async () => undefined,
    messages: { ...world.messages, listDue: async (shard) => (shard === 0 ? [messageId(1)] : []) },
    contacts: { find: async () => aContact() },
    handToSender,
    isUrgent: () => false,
    sendToIntake: async () => undefined,
    reconcile: async ({ id }) => world.found(id),
    track: async (receipt) => {
      await changeMessage(world.messages, messageId(1), (seen) =>
        applyReceipt(seen, receipt, "delivered", world.clock.now()),
      );
    },
  };
  await world.deliver();
  for (let minute = 0; minute < minutes; minute += 1) {
    world.clock.skipTo(world.clock.now() + 60_000);
    await sweep(using);
    for (const attemptId of handed.splice(0)) await world.deliver(attemptId);
  }
}

/** How many calls to the outside a life without death has. */
async function callsOfALife(): Promise<number> {
  const { world, life } = aMortalWorld({ at: Infinity, when: "before" });
  await world.deliver();
  return life.calls;
}

const deaths = Array.from({ length: await callsOfALife() }, (_, index) => index + 1).flatMap((at) => [
  { at, when: "before" as const },
  { at, when: "after" as const },
]);

describe("a worker that dies", () => {
  it.each(deaths)(
    "$when its call $at sends nothing twice, and the message still comes to its end",
    async (dies) => {
      const { world, life } = aMortalWorld(dies);
      await world.deliver();
      life.isReborn = true;
      world.found = (attemptId) =>
        world.calls.some(({ outgoing }) => outgoing.attemptId === attemptId)
          ? { is: "found", receipt: { attemptId, is: "delivered", at: world.clock.now(), from: "reconcile" } }
          : { is: "none" };
      await recover(world, 40);
      expect(world.calls).toHaveLength(1);
      expect(["sent", "delivered"]).toContain(world.message().status);
    },
  );

  it("before the gate costs nothing but time: another attempt is made", async () => {
    const { world, life } = aMortalWorld({ at: callAt("gates.find"), when: "before" });
    await world.deliver();
    expect(currentAttempt(world.message())?.status).toBe("sending");
    life.isReborn = true;
    await recover(world, 10);
    expect(world.calls.map(({ outgoing }) => outgoing.attemptId)).toEqual([`${messageId(1)}.2`]);
  });

  it("after the provider took it, with a provider that cannot say, leaves it unknown and unsent a second time", async () => {
    const { world, life } = aMortalWorld({ at: callAt("send"), when: "after" });
    await world.deliver();
    life.isReborn = true;
    await recover(world, 40);
    expect(world.calls).toHaveLength(1);
    expect(world.message().status).toBe("unknown");
  });
});

const order: string[] = [];
await aWorld({ before: (name) => void order.push(name) }).deliver();

function callAt(name: string): number {
  return order.indexOf(name) + 1;
}
