import * as z from "zod/mini";
import { PushAction } from "../channels/push-part.ts";
import type { Operations } from "../platform/routes.ts";

/** What the business's app reports about a notification. */
export const AppReceipt = z.strictObject({
  token: z.string().check(z.maxLength(200)),
  event: z.enum(["received", "opened"]),
  at: z.optional(z.iso.datetime({ offset: true })),
  action: z.optional(PushAction.shape.id.check(z.describe("The button that was pressed."))),
});

/** What apps can do, without a key: the token that came with the notification speaks for them. */
export const receiptRoutes = {
  postReceipt: {
    at: "POST /v1/receipts",
    does: "Reports that a notification arrived or was opened, with the token that came with it.",
    body: AppReceipt,
    reply: z.object({ ok: z.literal(true) }),
    status: 202,
    access: "public",
    problems: ["receipt.invalid"],
  },
} as const satisfies Operations;
