import { describe, expect, it } from "vitest";
import { accept, type AcceptUsing } from "../../functions/messages/accept.ts";
import type { Message } from "../../functions/messages/message.ts";
import type { Happening } from "../../functions/platform/events.ts";
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
  const happened: Happening[] = [];
  const using: AcceptUsing = {
    contacts: { find: async () => aContact(), findByExternalId: async () => undefined },
    messages: {
      find: async (id) => stored.get(id),
      create: async (message) => !stored.has(message.id) && Boolean(stored.set(message.id, message)),
    },
    sendToIntake: async (id) => void queued.push(id),
    publish: async (happenings) => void happened.push(...happenings),
    business: { categories: [aCategory()] },
    ...more,
  };
  return { using, stored, queued, happened };
}

describe("accepting a message", () => {
  it("leaves it due for the sweeper, should it never reach the queue", async () => {
    const world = inMemory({ sendToIntake: () => Promise.reject(new Error("The queue is down")) });
    const message = await accept(asked, id, noon, world.using);
    expect(message.status).toBe("accepted");
    expect(world.stored.get(id)).toMatchObject({
      step: -1,
      dueAt: noon + 60_000,
      timeline: [{ at: noon, what: "accepted" }],
    });
  });

  it("finds the message it had stored when the same request comes again after a crash", async () => {
    let isDown = true;
    const world = inMemory();
    const dying = {
      ...world.using,
      sendToIntake: async () => {
        if (isDown) throw new Error("died here");
      },
    };
    const first = await accept(asked, id, noon, {
      ...dying,
      publish: () => Promise.reject(new Error("and here")),
    }).catch(() => undefined);
    expect(first).toBeUndefined();
    isDown = false;
    const again = await accept(asked, id, noon + 40_000, world.using);
    expect(again.createdAt).toBe(noon);
    expect(world.stored.size).toBe(1);
    expect(world.queued).toEqual([id]);
  });

  it("does not send on again what has gone on meanwhile", async () => {
    const world = inMemory();
    await accept(asked, id, noon, world.using);
    const gone: Message = {
      ...(await accept(asked, id, noon, world.using)),
      status: "suppressed",
      reason: "no-consent",
    };
    world.stored.set(id, gone);
    const before = [world.queued.length, world.happened.length];
    expect(await accept(asked, id, noon + 1, world.using)).toEqual(gone);
    expect([world.queued.length, world.happened.length]).toEqual(before);
  });

  it("lets a message wait for its time without losing its validity", async () => {
    const sendAt = noon + 7 * 86_400_000;
    const message = await accept(
      { ...asked, sendAt: new Date(sendAt).toISOString() },
      id,
      noon,
      inMemory().using,
    );
    expect(message).toMatchObject({ sendAt, expiresAt: sendAt + aCategory().validitySeconds * 1000 });
  });

  it("tells everyone ids and closed words, and no text", async () => {
    const world = inMemory();
    await accept(asked, id, noon, world.using);
    expect(world.happened).toEqual([
      {
        name: "message.status",
        detail: {
          messageId: id,
          contactId: asked.contactId,
          category: "delivery-update",
          status: "accepted",
        },
      },
    ]);
  });
});
