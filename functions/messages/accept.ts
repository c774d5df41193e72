import type * as z from "zod";
import type { Business } from "../business/business.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { statusOf } from "./effects.ts";
import type { SendToIntake } from "./intake.store.ts";
import type { Message } from "./message.ts";
import type { MessageStore } from "./message.store.ts";
import type { NewMessage } from "./messages.routes.ts";
import { newMessage } from "./new-message.ts";

/** What accepting works with. */
export interface AcceptUsing {
  readonly contacts: {
    readonly find: (contactId: string) => Promise<Contact | undefined>;
    readonly findByExternalId: (externalId: string) => Promise<Contact | undefined>;
  };
  readonly messages: Pick<MessageStore, "create" | "find">;
  readonly sendToIntake: SendToIntake;
  readonly publish: Publish;
  readonly business: Pick<Business, "categories">;
}

/** Takes responsibility for a message: once it is stored it will end in exactly one final state. */
export async function accept(
  asked: z.infer<typeof NewMessage>,
  id: string,
  now: number,
  using: AcceptUsing,
): Promise<Message> {
  const category = using.business.categories.find((one) => one.id === asked.category);
  if (!category) throw new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const contact = asked.contactId
    ? await using.contacts.find(asked.contactId)
    : await using.contacts.findByExternalId(asked.externalId ?? "");
  if (!contact) {
    throw new Problem("contact.not-found", [
      { field: asked.contactId ? "contactId" : "externalId", message: "is not known" },
    ]);
  }
  const [sendAt, expiresAt] = [instantOf(asked.sendAt), instantOf(asked.expiresAt)];
  assertTimes(sendAt, expiresAt, now);
  const message = newMessage({
    id,
    contactId: contact.id,
    category,
    content: asked.content,
    sendAt,
    expiresAt,
    now,
  });
  const isNew = await using.messages.create(message);
  // A retry finds the message that it had stored itself, and sends it on unless it has gone on already.
  const stored = (isNew ? undefined : await using.messages.find(id)) ?? message;
  if (stored.status === "accepted") await sendOn(stored, using);
  return stored;
}

async function sendOn(message: Message, using: AcceptUsing): Promise<void> {
  try {
    await using.sendToIntake(message.id);
  } catch (error) {
    // It is stored, so it is ours: the sweeper puts it on the queue within a minute or two.
    log.error("intake-failed", error, { messageId: message.id });
  }
  await using.publish([statusOf(message)]);
}

/** How far ahead a message may be asked for. */
const aheadLimit = 366 * 24 * 3_600_000;

function assertTimes(sendAt: number | undefined, expiresAt: number | undefined, now: number): void {
  const from = Math.max(now, sendAt ?? now);
  if (from > now + aheadLimit)
    throw new Problem("body.invalid", [{ field: "sendAt", message: "is more than a year ahead" }]);
  if (expiresAt !== undefined && expiresAt <= from) {
    throw new Problem("body.invalid", [{ field: "expiresAt", message: "leaves no time to send" }]);
  }
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
