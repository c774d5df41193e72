import { describe, expect, it } from "vitest";
import { openGate } from "../../functions/consent/gate.ts";
import type { Plan } from "../../functions/messages/plan.ts";
import { planned, startStep } from "../../functions/messages/status.ts";
import { deliver } from "../../functions/senders/deliver.ts";
import { aMessage, noon } from "../make.ts";
import { aWorld, theMessage, type World } from "../world.ts";

const smsOnly: Plan = {
  steps: [{ channel: "sms", addressId: "adr_phone", senderId: "us-number", waitSeconds: 0 }],
  considered: [],
  decidedAt: noon,
};
const smsThenSms: Plan = {
  ...smsOnly,
  steps: [
    { channel: "sms", addressId: "adr_phone", senderId: "us-number", waitSeconds: 60 },
    ...smsOnly.steps,
  ],
};

function queued(plan = smsOnly, more: Parameters<typeof aMessage>[0] = {}): World {
  const message = startStep(planned(aMessage(more), plan, noon), 0, noon, "token").message;
  return aWorld(message);
}

async function run(world: World) {
  const attemptId = theMessage(world).attempts.at(-1)?.id ?? "";
  const item = { messageId: theMessage(world).id, attemptId };
  return deliver([{ item, delivery: { messageId: "q1", receiveCount: 1 } }], world.using);
}

describe("delivering", () => {
  it("sends once and says where to report back", async () => {
    const world = queued();
    expect(await run(world)).toEqual(["done"]);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]?.statusUrl).toContain(
      `/callbacks/twilio-main/status/${theMessage(world).attempts[0]?.id}`,
    );
    expect(theMessage(world).attempts[0]?.status).toBe("provider-accepted");
    expect(theMessage(world).status).toBe("sent");
  });

  it("run again finds nothing left to do", async () => {
    const world = queued();
    await run(world);
    await run(world);
    expect(world.sent).toHaveLength(1);
  });

  it("calls no provider once an opt-out is recorded, even a moment before the call", async () => {
    const world = queued();
    const find = world.using.gates.find;
    let looked = 0;
    // The opt-out lands between the first look at the gate and the write that takes it.
    world.using.gates.find = async (id) => {
      const gate = await find(id);
      looked += 1;
      if (looked === 1) {
        const consents = { "adr_phone/transactional": { state: "out" as const, at: noon, entryId: "cse_1" } };
        world.gates.set(id, { ...openGate(id), consents, version: 1 });
      }
      return gate;
    };
    await run(world);
    expect(world.sent).toHaveLength(0);
    expect(theMessage(world)).toMatchObject({ status: "suppressed", reason: "opted-out" });
  });

  it("never sends again when the reply was lost", async () => {
    const world = queued();
    world.answers = [{ is: "unknown", reason: "timeout" }];
    await run(world);
    await run(world);
    expect(world.sent).toHaveLength(1);
    expect(theMessage(world).attempts[0]?.status).toBe("unknown");
    expect(theMessage(world).status).toBe("sending");
  });

  it("leaves an attempt whose gate was taken by a worker that died to the sweeper", async () => {
    const world = queued();
    const attemptId = theMessage(world).attempts[0]?.id ?? "";
    const claim = {
      at: noon,
      addressId: "adr_phone",
      channel: "sms" as const,
      purpose: "transactional" as const,
      is: "claimed" as const,
    };
    world.gates.set(theMessage(world).contactId, {
      ...openGate(theMessage(world).contactId),
      claims: { [attemptId]: claim },
      version: 1,
    });
    await run(world);
    expect(world.sent).toHaveLength(0);
  });

  it("asks a busy provider three times, gives the gate back and waits outside", async () => {
    const world = queued();
    world.answers = [{ is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }];
    await run(world);
    expect(world.sent).toHaveLength(3);
    expect(theMessage(world)).toMatchObject({ status: "held", reason: "over-the-rate" });
    expect(world.held).toHaveLength(1);
    expect([...world.gates.values()].flatMap(({ claims }) => Object.keys(claims))).toEqual([]);
  });

  it("wakes the failover at once when the provider refuses", async () => {
    const world = queued(smsThenSms);
    world.answers = [{ is: "refused", reason: "permanent-number", code: "21211", mark: "unreachable" }];
    await run(world);
    expect(world.woken).toEqual([{ taskToken: "token", is: "step-failed" }]);
    expect(world.marked).toEqual([{ mark: "unreachable", addressId: "adr_phone" }]);
  });

  it("waits for the morning when a backlog has carried the message into the night", async () => {
    const world = queued();
    world.now.at = noon + 12 * 3_600_000;
    await run(world);
    expect(world.sent).toHaveLength(0);
    expect(theMessage(world).status).toBe("held");
    expect(theMessage(world).reason).toContain("quiet-hours");
  });

  it("lets no provider keep it longer than until the next step", async () => {
    const world = queued(smsThenSms);
    await run(world);
    expect(world.sent[0]?.validitySeconds).toBeLessThanOrEqual(60);
  });

  it("lets no provider release it into quiet hours", async () => {
    const world = queued();
    world.now.at = noon + 8.5 * 3_600_000; // 20:30 in New York
    await run(world);
    expect(world.sent[0]?.validitySeconds).toBe(1800);
  });

  it("does not send what is of no use any more", async () => {
    const world = queued(smsOnly, { expiresAt: noon - 1 });
    await run(world);
    expect(world.sent).toHaveLength(0);
    expect(theMessage(world).status).toBe("expired");
  });

  it("keeps the pace by time alone when the slot clock cannot be reached", async () => {
    const world = queued();
    world.using.leaseSlots = async () => {
      throw new Error("throttled");
    };
    await run(world);
    expect(world.sent).toHaveLength(1);
    expect(world.now.at - noon, "one segment, three lanes, ten a second").toBeGreaterThanOrEqual(200);
  });

  it("gives back only the item that could not be read", async () => {
    const world = queued();
    const find = world.using.messages.find;
    world.using.messages.find = async (id) =>
      id.endsWith("XX") ? Promise.reject(new Error("throttled")) : find(id);
    const good = {
      item: { messageId: theMessage(world).id, attemptId: `${theMessage(world).id}.1` },
      delivery: { messageId: "q1", receiveCount: 1 },
    };
    const bad = {
      item: { messageId: "msg_XX", attemptId: "msg_XX.1" },
      delivery: { messageId: "q2", receiveCount: 1 },
    };
    expect(await deliver([bad, good], world.using)).toEqual(["again", "done"]);
    expect(world.sent).toHaveLength(1);
  });
});
