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
  readonly messages: Pick<MessageStore, "create">;
  readonly sendToIntake: SendToIntake;
  readonly publish: Publish;
  readonly business: Pick<Business, "categories">;
}

/** Takes responsibility for a message: once it is stored it will end in exactly one final state. */
export async function accept(asked: z.infer<typeof NewMessage>, id: string, now: number, using: AcceptUsing): Promise<Message> {
  const category = using.business.categories.find((one) => one.id === asked.category);
  if (!category) throw new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const contact = asked.contactId
    ? await using.contacts.find(asked.contactId)
    : await using.contacts.findByExternalId(asked.externalId ?? "");
  if (!contact) {
    throw new Problem("contact.not-found", [{ field: asked.contactId ? "contactId" : "externalId", message: "is not known" }]);
  }
  const message = newMessage({
    id,
    contactId: contact.id,
    category,
    content: asked.content,
    sendAt: instantOf(asked.sendAt),
    expiresAt: instantOf(asked.expiresAt),
    now,
  });
  await using.messages.create(message);
  try {
    await using.sendToIntake(id);
  } catch (error) {
    // It is stored, so it is ours: the sweeper puts it on the queue within a minute or two.
    log.error("intake-failed", error, { messageId: id });
  }
  await using.publish([statusOf(message)]);
  return message;
}

function instantOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
