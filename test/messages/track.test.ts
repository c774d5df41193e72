import { describe, expect, it } from "vitest";
import { startAttempt } from "../../functions/messages/attempt.ts";
import type { Message } from "../../functions/messages/message.ts";
import { track } from "../../functions/messages/track.ts";
import { noon } from "../make.ts";
import { aQueuedMessage } from "../senders/deliver.fixture.ts";
import { aWorld, theMessage } from "../world.ts";

/** A message that its worker has sent, and may not have stored yet. */
const sent = startAttempt(aQueuedMessage(), aQueuedMessage().attempts[0]?.id ?? "", noon) as Message;
const receipt = { attemptId: sent.attempts[0]?.id ?? "", is: "delivered", at: noon, from: "app" } as const;

/** A world in which it is stored at an instant, or never. */
function aWorldStoredAt(at: number) {
  const world = aWorld(sent);
  const { find } = world.using.messages;
  const messages = {
    ...world.using.messages,
    find: async (id: string) => (world.now.at < at ? undefined : find(id)),
  };
  return { world, using: { ...world.using, messages } };
}

describe("a receipt for a message that nobody has stored", () => {
  it("counts when the message is stored a moment later", async () => {
    const { world, using } = aWorldStoredAt(noon + 1_500);
    await track(receipt, false, using);
    expect(theMessage(world).status).toBe("delivered");
  });

  it("comes again while whoever sent it may still store it", async () => {
    const { world, using } = aWorldStoredAt(noon + 60_000);
    await expect(track(receipt, false, using)).rejects.toThrow("Nobody has stored");
    world.now.at = noon + 180_000;
    await track(receipt, true, using);
    expect(theMessage(world).status).toBe("delivered");
  });

  it("is for nothing when nobody has stored it after ten minutes", async () => {
    const { world, using } = aWorldStoredAt(Infinity);
    world.now.at = noon + 600_000;
    await track(receipt, true, using);
    expect(world.happenings).toEqual([]);
  });
});
