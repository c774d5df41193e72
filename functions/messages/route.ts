import type { Contact } from "../contacts/contact.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { effectsOf } from "./effects.ts";
import { handOn, type HandOnUsing } from "./hand-on.ts";
import type { ToRoute } from "./hand-over.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { type DecideUsing, decisionFor, routed } from "./routing.ts";

/** What routing works with. */
export interface RouteUsing extends HandOnUsing, DecideUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly publish: Publish;
}

/** Decides whether, when and where a message goes, and hands it on. */
export async function route({ messageId }: ToRoute, using: RouteUsing): Promise<void> {
  const seen = await using.messages.find(messageId);
  if (!seen) return log.warn("message-missing", { messageId });
  const decided = await decisionFor(seen, () => using.contacts.find(seen.contactId), using);
  const now = using.clock.now();
  const changed = await changeMessage(
    using.messages,
    messageId,
    (message) => routed(message, decided, now),
    seen,
  );
  if (changed.is === "missing") return;
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  await handOn(changed.message, using);
}
