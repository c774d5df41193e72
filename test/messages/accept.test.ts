import { describe, expect, it } from "vitest";
import { accept, type AcceptUsing } from "../../functions/messages/accept.ts";
import type { Message } from "../../functions/messages/message.ts";
import type { Happening } from "../../functions/platform/events.ts";
import { Problem } from "../../functions/platform/problem.ts";
import { allOn } from "../../functions/switches/switch.ts";
import { consentKey } from "../../functions/consent/consent.ts";
import { openGate } from "../../functions/consent/gate.ts";
import { business } from "../../heliograph.config.ts";
import { aCategory, aContact, noon } from "../make.ts";

const asked = {
  contactId: aContact().id,
  category: "delivery-update",
  content: { text: "Here.", mediaUrls: [] },
};
const id = "msg_01HZX0000000000000000000AC";

/** Collaborators in memory, and what they got to see. */
function inMemory(more: Partial<AcceptUsing> = {}) {
  const stored = new Map<string, Message>();
  const queued: string[] = [];
  const handed: string[] = [];
  const happened: Happening[] = [];
  const using: AcceptUsing = {
    contacts: { find: async () => aContact(), findByExternalId: async () => undefined },
    messages: {
      find: async (id) => stored.get(id),
      create: async (message) => !stored.has(message.id) && Boolean(stored.set(message.id, message)),
    },
    sendToIntake: async (id) => void queued.push(id),
    publish: async (happenings) => void happened.push(...happenings),
    handToSender: async ({ attemptId }) => void handed.push(attemptId),
    isUrgent: () => false,
    gates: { find: async (contactId) => openGate(contactId) },
    switches: async () => allOn,
    clock: { now: () => noon, sleepUntil: async () => undefined },
    business: { ...business, categories: [aCategory()] },
    ...more,
  };
  return { using, stored, queued, handed, happened };
}

const named = { id };
/** The declared category goes by the app first, and by text to whoever does not see it there. */
const byAppFirst = { business };

describe("accepting a message", () => {
  it("decides at once and puts the attempt on its sender's queue, with one write", async () => {
    const world = inMemory();
    const { message } = await accept(asked, named, noon, world.using);
    expect(message).toMatchObject({ status: "queued", step: 0, version: 1 });
    expect(message.timeline.map(({ what }) => what)).toEqual(["accepted", "planned", "queued"]);
    expect(world.stored.get(id)).toEqual(message);
    expect([world.handed, world.queued]).toEqual([[`${id}.1`], []]);
  });

  it("does so whether or not a step may follow the first", async () => {
    const world = inMemory({ ...byAppFirst });
    const { message } = await accept(asked, named, noon, world.using);
    expect(message).toMatchObject({ status: "queued", step: 0, plan: { steps: [{}, {}] } });
    expect([world.handed, world.queued]).toEqual([[`${id}.1`], []]);
  });

  it("says at once why a message is not sent", async () => {
    const world = inMemory({ gates: { find: async (contactId) => stopped(contactId) } });
    const { message } = await accept(asked, named, noon, world.using);
    expect(message).toMatchObject({ status: "suppressed" });
    expect(message.considered?.map(({ reason }) => reason)).toContain("opted-out");
    expect([world.handed, world.queued]).toEqual([[], []]);
  });

  it("leaves to the intake queue what it cannot decide now", async () => {
    const world = inMemory({ gates: { find: () => Promise.reject(new Error("The table is down")) } });
    const { message } = await accept(asked, named, noon, world.using);
    expect(message.status).toBe("accepted");
    expect([world.handed, world.queued]).toEqual([[], [id]]);
  });

  it("leaves to the intake queue what its sender's queue does not take", async () => {
    const world = inMemory({ handToSender: () => Promise.reject(new Error("The queue is down")) });
    await accept(asked, named, noon, world.using);
    expect(world.queued).toEqual([id]);
  });

  it("leaves it due for the sweeper, should it reach no queue at all", async () => {
    const world = inMemory({
      handToSender: () => Promise.reject(new Error("The queue is down")),
      sendToIntake: () => Promise.reject(new Error("The queue is down")),
    });
    await accept(asked, named, noon, world.using);
    expect(world.stored.get(id)?.dueAt).toBeLessThanOrEqual(noon + 600_000);
  });

  it("finds the message it had stored when the same request comes again after a crash", async () => {
    const world = inMemory();
    const first = await accept(asked, named, noon, {
      ...world.using,
      handToSender: () => Promise.reject(new Error("died here")),
      sendToIntake: () => Promise.reject(new Error("died here")),
      publish: () => Promise.reject(new Error("and here")),
    }).catch(() => undefined);
    expect(first).toBeUndefined();
    const again = await accept(asked, named, noon + 40_000, world.using);
    expect(again).toMatchObject({ isReplay: true, message: { createdAt: noon } });
    expect(world.stored.size).toBe(1);
    expect(world.handed).toEqual([`${id}.1`]);
  });

  it("does not send on again what has gone on meanwhile", async () => {
    const world = inMemory();
    const { message } = await accept(asked, named, noon, world.using);
    const gone: Message = { ...message, status: "suppressed", reason: "no-consent" };
    world.stored.set(id, gone);
    const before = [world.handed.length, world.queued.length, world.happened.length];
    expect((await accept(asked, named, noon + 1, world.using)).message).toEqual(gone);
    expect([world.handed.length, world.queued.length, world.happened.length]).toEqual(before);
  });

  it("refuses a key that another request has used", async () => {
    const world = inMemory();
    await accept(asked, { id, requestHash: "one" }, noon, world.using);
    const other = accept(asked, { id, requestHash: "another" }, noon, world.using);
    await expect(other).rejects.toThrow(new Problem("idempotency.mismatch"));
  });

  it("lets a message wait for its time without losing its validity", async () => {
    const sendAt = noon + 7 * 86_400_000;
    const world = inMemory();
    const later = { ...asked, sendAt: new Date(sendAt).toISOString() };
    const { message } = await accept(later, named, noon, world.using);
    const expiresAt = sendAt + aCategory().validitySeconds * 1000;
    expect(message).toMatchObject({ status: "held", heldUntil: sendAt, sendAt, expiresAt });
    // Its schedule is made by routing.
    expect(world.queued).toEqual([id]);
  });

  it("tells everyone what was decided against, in ids and closed words, and no text", async () => {
    const world = inMemory({ gates: { find: async (contactId) => stopped(contactId) } });
    await accept(asked, named, noon, world.using);
    const detail = {
      messageId: id,
      contactId: asked.contactId,
      category: "delivery-update",
      status: "suppressed",
      reason: expect.any(String),
    };
    expect(world.happened).toEqual([{ name: "message.status", detail }]);
  });

  it("tells nobody what its answer says: that the message is on its way", async () => {
    const world = inMemory();
    await accept(asked, named, noon, world.using);
    expect(world.happened).toEqual([]);
  });
});

function stopped(contactId: string) {
  const out = { state: "out" as const, at: noon, entryId: "cse_1" };
  const keys = aContact().addresses.map(({ id: addressId }) => consentKey(addressId, "transactional"));
  return { ...openGate(contactId), consents: Object.fromEntries(keys.map((key) => [key, out])) };
}
