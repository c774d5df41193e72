import type { Publish } from "../platform/events.ts";
import { effectsOf } from "./effects.ts";
import type { Join } from "./cohort-joins.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { grainOf } from "./status.ts";

/** What changing and telling works with. */
export interface ChangeUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly join: Join;
  readonly publish: Publish;
}

/** Changes a message, tells its cohort and the bus; undefined when nothing changed. */
export async function changeAndTell(
  messageId: string,
  next: (seen: Message) => Message | undefined,
  using: ChangeUsing,
  inHand?: Message,
): Promise<Message | undefined> {
  const changed = await changeMessage(using.messages, messageId, next, inHand);
  if (changed.is === "missing") return undefined;
  if (changed.is === "unchanged") {
    await joinAgain(changed.message, using.join);
    return undefined;
  }
  await tell(changed, using);
  return changed.message;
}

/** Whoever finds done what it was to do may be second to one that died before it told a cohort: its list takes a name twice. */
export async function joinAgain(message: Message, join: Join): Promise<void> {
  const { id: messageId, movesOnAt: at } = message;
  if (at !== undefined) await join({ messageId, at, grain: grainOf(message) });
}

/** Changes a message that still is as it was found: a sweep that was slow comes after one that has settled it. */
export function changeUnmoved(
  found: Message,
  next: (seen: Message) => Message | undefined,
  using: ChangeUsing,
): Promise<Message | undefined> {
  return changeAndTell(found.id, (seen) => (seen.version === found.version ? next(seen) : undefined), using);
}

/** Tells of a change whoever must hear of it. */
export async function tell(
  { before, message }: { readonly before: Message; readonly message: Message },
  { join, publish }: Pick<ChangeUsing, "join" | "publish">,
): Promise<void> {
  const { movesOnAt, happenings } = effectsOf(before, message);
  if (movesOnAt !== undefined) await joinAgain(message, join);
  await publish(happenings);
}
