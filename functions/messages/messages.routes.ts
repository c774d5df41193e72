import * as z from "zod";
import type { Operations } from "../platform/routes.ts";
import { Content } from "./message.ts";
import { MessageView } from "./view.ts";

/** A message as a caller asks for it. */
export const NewMessage = z
  .strictObject({
    contactId: z.string().startsWith("con_").optional(),
    externalId: z.string().max(128).optional(),
    category: z.string().max(40),
    content: z.strictObject(Content.shape),
    /** Not before this time. */
    sendAt: z.iso.datetime({ offset: true }).optional(),
    /** Not after this time. @default by the category's validity */
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ contactId, externalId }) => (contactId === undefined) !== (externalId === undefined), {
    path: ["contactId"],
    message: "give either contactId or externalId",
  })
  .meta({
    examples: [
      { contactId: "con_…", category: "delivery-update", content: { text: "Your parcel arrives today." } },
    ],
  });

/** What callers can do with messages. */
export const messageRoutes = {
  sendMessage: {
    at: "POST /v1/messages",
    does: "Accepts a message to a contact and decides whether, when and how it goes. Asked again under the same key, it answers with the message as it stands by then.",
    body: NewMessage,
    reply: MessageView,
    status: 202,
    creates: "by-key",
    problems: ["contact.not-found", "category.not-found"],
  },
  getMessage: {
    at: "GET /v1/messages/{messageId}",
    does: "Reads a message: where it stands, what was considered and why, every attempt and its proof.",
    reply: MessageView,
    problems: ["message.not-found"],
  },
  cancelMessage: {
    at: "POST /v1/messages/{messageId}/cancel",
    does: "Cancels a message that no provider has been given yet.",
    reply: MessageView,
    problems: ["message.not-found", "message.too-late"],
  },
} as const satisfies Operations;
