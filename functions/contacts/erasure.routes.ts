import * as z from "zod/mini";
import type { Operations } from "../platform/routes.ts";

const ErasureView = z.object({
  contactId: z.string(),
  erasedAt: z.iso.datetime(),
  messagesErased: z.int().check(z.minimum(0), z.describe("By this request.")),
  isComplete: z
    .boolean()
    .check(
      z.describe(
        "Whether no message is left or being sent: ask again while it is false, or to erase what has come since.",
      ),
    ),
  stays: z.array(z.object({ what: z.string(), why: z.string() })),
});

/** What is left of a person, and why. */
export const stays: z.infer<typeof ErasureView>["stays"] = [
  {
    what: "Consents and opt-outs with the ids of the contact and the address, and the proof recorded with them.",
    why: "The proof that you were allowed to write, or were told to stop. The ids lead to nobody.",
  },
  {
    what: "A fingerprint (SHA-256) of each phone number and e-mail address, and whose opt-outs are behind it.",
    why: "An address that comes back, with an import or another contact, must still not be written to.",
  },
  {
    what: "Messages without their content: category, status, times, sender and the provider's own id.",
    why: "Accounts and statistics; the provider keeps its own copy for as long as its settings say.",
  },
  {
    what: "Messages that the queue of a sender carries to them, encrypted, until their turn comes, for 28 days at most, those included that nobody can deliver.",
    why: "A queue cannot be searched. They go nowhere: whoever takes them up finds nobody and keeps no content.",
  },
  {
    what: "Backups for up to 35 days, and answers kept under an Idempotency-Key for up to 7 days.",
    why: "They age out by themselves. After a restore, erase again.",
  },
];

/** What callers can do to forget a person. */
export const erasureRoutes = {
  eraseContact: {
    at: "DELETE /v1/contacts/{contactId}",
    scope: "contacts:erase",
    does: "Erases a person: profile, addresses and the content of messages. What was not sent yet is canceled, opt-outs go on blocking, and the answer says what stays.",
    reply: ErasureView,
    problems: ["contact.not-found", "contact.changed"],
  },
} as const satisfies Operations;
