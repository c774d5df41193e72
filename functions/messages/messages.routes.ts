import * as z from "zod";
import type { Operations } from "../platform/routes.ts";
import { TemplateRef } from "../templates/template.ts";
import { Content } from "./message.ts";
import { MessageView } from "./view.ts";

/** A message as a caller asks for it. */
export const NewMessage = z
  .strictObject({
    contactId: z.string().startsWith("con_").optional(),
    externalId: z.string().max(128).optional(),
    category: z.string().max(40),
    content: z.strictObject(Content.shape).optional(),
    /** In place of content: written for the person, in their language and for each channel. */
    template: TemplateRef.optional(),
    /** Not before this time. */
    sendAt: z.iso.datetime({ offset: true }).optional(),
    /** Not after this time. @default by the category's validity */
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ contactId, externalId }) => (contactId === undefined) !== (externalId === undefined), {
    path: ["contactId"],
    message: "give either contactId or externalId",
  })
  .refine(({ content, template }) => (content === undefined) !== (template === undefined), {
    path: ["content"],
    message: "give either content or template",
  })
  .meta({
    examples: [
      {
        externalId: "crm-1001",
        category: "delivery-update",
        content: { text: "Your parcel arrives today." },
      },
    ],
  });

const OtherTime = z
  .strictObject({
    sendAt: z.iso.datetime({ offset: true }).nullable().describe("null: now."),
    /** Not after this time. @default as long after sendAt as before */
    expiresAt: z.iso.datetime({ offset: true }).optional(),
  })
  .meta({ examples: [{ sendAt: null }] });

/** What callers can do with messages. */
export const messageRoutes = {
  sendMessage: {
    at: "POST /v1/messages",
    does: "Accepts a message to a contact and decides whether, when and how it goes. Asked again under the same key, it answers with the message as it stands by then.",
    body: NewMessage,
    reply: MessageView,
    status: 202,
    creates: "by-key",
    problems: ["contact.not-found", "category.not-found", "template.unknown"],
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
  rescheduleMessage: {
    at: "POST /v1/messages/{messageId}/reschedule",
    does: "Gives a message that still waits for its time another one; consent, hours and the rest are asked again then.",
    body: OtherTime,
    reply: MessageView,
    problems: ["message.not-found", "message.too-late"],
  },
} as const satisfies Operations;
