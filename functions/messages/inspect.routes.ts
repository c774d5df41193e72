import * as z from "zod/mini";
import { Page } from "../platform/cursor.ts";
import type { Operations } from "../platform/routes.ts";
import { finalStatuses, Status } from "./message.ts";
import { NewMessage } from "./messages.routes.ts";
import { PreviewView } from "./preview.ts";
import { MessageEvent, MessageList } from "./view.ts";

const isoTime = z.optional(z.iso.datetime({ offset: true }));
const Query = z
  .strictObject({
    contactId: z.optional(
      z.string().check(z.minLength(1), z.maxLength(200), z.describe("con_… or external:<your id>.")),
    ),
    status: z.optional(Status),
    from: isoTime.check(z.describe("Created at this time or later.")),
    to: isoTime.check(z.describe("Created at this time or earlier.")),
    ...Page.shape,
  })
  .check(
    z.refine(
      ({ contactId, status }) =>
        contactId !== undefined || (status !== undefined && !finalStatuses.has(status)),
      {
        path: ["contactId"],
        message:
          "is needed, or the status of messages that have not ended: accepted, held, queued, sending, sent",
      },
    ),
  );

/** What callers can learn of messages. */
export const inspectRoutes = {
  listMessages: {
    at: "GET /v1/messages",
    does: "Lists messages to a contact, newest first, or all that are in a status before the end; those of a campaign are listed by their campaign. A page may be short and yet have a next one.",
    query: Query,
    reply: MessageList,
    problems: ["contact.not-found"],
  },
  previewMessage: {
    at: "POST /v1/messages/preview",
    scope: "messages:read",
    does: "Explains what would become of a message without sending it: every way with its points and reasons, until when it would be held, segments, encoding and cost.",
    body: NewMessage,
    reply: PreviewView,
    problems: ["contact.not-found", "category.not-found", "template.unknown"],
  },
  eventsOfMessage: {
    at: "GET /v1/messages/{messageId}/events",
    does: "Lists everything that happened to a message, oldest first, with the way each attempt took.",
    reply: z.object({ events: z.array(MessageEvent) }),
    problems: ["message.not-found"],
  },
} as const satisfies Operations;
