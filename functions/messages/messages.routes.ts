import * as z from "zod/mini";
import { IdempotencyKey } from "../platform/idempotency.ts";
import type { Operations } from "../platform/routes.ts";
import { TemplateRef } from "../templates/template.ts";
import { SendableContent } from "./content.ts";
import { MessageView } from "./view.ts";

const asked = {
  contactId: z.optional(z.string().check(z.startsWith("con_"))),
  externalId: z.optional(z.string().check(z.maxLength(128))),
  category: z.string().check(z.maxLength(40)),
  content: z.optional(SendableContent),
  /** In place of content: written for the person, in their language and for each channel. */
  template: z.optional(TemplateRef),
  /** Not before this time. */
  sendAt: z.optional(z.iso.datetime({ offset: true })),
  /** Not after this time. @default by the category's validity */
  expiresAt: z.optional(z.iso.datetime({ offset: true })),
};
const eitherId = {
  path: ["contactId"],
  message: "give either contactId or externalId",
};
const eitherContent = { path: ["content"], message: "give either content or template" };

/** A message as a caller asks for it. */
export const NewMessage = z.strictObject(asked).check(
  z.refine(({ contactId, externalId }) => (contactId === undefined) !== (externalId === undefined), eitherId),
  z.refine(({ content, template }) => (content === undefined) !== (template === undefined), eitherContent),
  z.meta({
    examples: [
      {
        externalId: "crm-1001",
        category: "delivery-update",
        content: { text: "Your parcel arrives today." },
      },
    ],
  }),
);

const OtherTime = z
  .strictObject({
    sendAt: z.nullable(z.iso.datetime({ offset: true })).check(z.describe("null: now.")),
    /** Not after this time. @default as long after sendAt as before */
    expiresAt: z.optional(z.iso.datetime({ offset: true })),
  })
  .check(z.meta({ examples: [{ sendAt: null }] }));
/** One message of a batch, with a key of its own where its caller wants one. */
export const BatchMessage = z.strictObject({ ...asked, idempotencyKey: z.optional(IdempotencyKey) }).check(
  z.refine(({ contactId, externalId }) => (contactId === undefined) !== (externalId === undefined), eitherId),
  z.refine(({ content, template }) => (content === undefined) !== (template === undefined), eitherContent),
);

/** Most messages in one batch. */
export const batchLimit = 100;

/** What is wrong with one message of a batch, as the same problem would be answered to a request of its own. */
const ItemProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.optional(z.array(z.object({ field: z.string(), message: z.string() }))),
});

/** What became of each message of a batch, in the order they were given. */
const BatchResults = z.object({
  results: z.array(
    z.union([
      z.object({ status: z.literal(202), message: MessageView }),
      z.object({ status: z.int(), problem: ItemProblem }),
    ]),
  ),
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
    problems: ["contact.not-found", "category.not-found", "template.unknown"],
  },
  sendMessages: {
    at: "POST /v1/messages/batch",
    does: `Accepts up to ${batchLimit} messages, each for itself: what is wrong with one is said in its own result and keeps no other from going. A message may have a key of its own; one without is known by the request's key and its place.`,
    // Judged one by one: a batch with a bad message in it is no bad request.
    body: z
      .strictObject({
        messages: z
          .array(z.union([BatchMessage, z.unknown()]))
          .check(z.minLength(1), z.maxLength(batchLimit)),
      })
      .check(
        z.meta({
          examples: [
            {
              messages: [
                {
                  contactId: "con_…",
                  category: "delivery-update",
                  content: { text: "Your parcel arrives today." },
                },
                { externalId: "4711", category: "delivery-update", content: { text: "Yours, too." } },
              ],
            },
          ],
        }),
      ),
    reply: BatchResults,
    creates: "by-key",
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
