import * as z from "zod";
import { Channel } from "../channels/channel.ts";

/** Why a message is sent: the ground on which consent is given. */
export const Purpose = z.enum(["transactional", "marketing", "otp", "service", "emergency"]);
/** Why a message is sent: the ground on which consent is given. */
export type Purpose = z.infer<typeof Purpose>;

/** Grade of the Immediacy Framework: 0 none, 1 low, 2 high, 3 highest. */
const Grade = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

/** A kind of message the business sends; the caller of the API names it and cannot bend it. */
export const Category = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  purpose: Purpose,
  /** How soon it must be seen. 3 also means the urgent lane. */
  urgency: Grade,
  /** How much the person will want to find it again. */
  archival: Grade,
  needs: z
    .object({ richMedia: z.boolean(), appContext: z.boolean(), privacy: z.boolean(), social: z.boolean() })
    .partial()
    .default({}),
  /** Channels it may use. @default all that have a sender */
  channels: z.array(Channel).nonempty().optional(),
  failover: z
    .object({
      /** Seconds an earlier step may take until the next one starts. */
      waitSeconds: z.number().int().min(5).max(86_400),
      maxSteps: z.number().int().min(1).max(4),
      /** What times the steps: each message to the second, or everybody due within seconds together, for a hundredth of the cost. @default cohort for marketing, message otherwise */
      grain: z.enum(["message", "cohort"]).optional(),
    })
    .default({ waitSeconds: 300, maxSteps: 1 }),
  /** What counts as "the person has it" and stops the failover. */
  confirmedBy: z.enum(["delivered", "read"]).default("delivered"),
  /** When an attempt whose answer was lost is made again, should the provider show that it never took it: a quarter of an hour later, or after ninety seconds because the message is of no use later. */
  onUnknown: z.enum(["wait", "retry"]).default("wait"),
  /** When the provider that should carry it is out: go over to another one on the same channel, or wait for it. @default wait for marketing, go-over otherwise */
  onOutage: z.enum(["go-over", "wait"]).optional(),
  expectsReply: z.boolean().default(false),
  /** Outside the person's hours: wait for them, or go at once. @default hold, and exempt for otp and emergency */
  quietHours: z.enum(["hold", "exempt"]).optional(),
  /** Most messages of this purpose to one person in any 30 days. @default 4 for marketing, none otherwise */
  capPerMonth: z.number().int().min(1).max(100).optional(),
  /** Seconds after which it is no longer worth sending. */
  validitySeconds: z
    .number()
    .int()
    .min(30)
    .max(30 * 86_400)
    .default(3 * 86_400),
});
/** A kind of message the business sends. */
export type Category = z.infer<typeof Category>;

/** Whether quiet hours hold messages of this category: a property of the category, never of a call. */
export function respectsQuietHours(category: Category): boolean {
  const exempt = category.purpose === "otp" || category.purpose === "emergency";
  return (category.quietHours ?? (exempt ? "exempt" : "hold")) === "hold";
}

/** How many messages of the purpose a person may get in 30 days; undefined means no cap. */
export function capOf(category: Category): number | undefined {
  return category.capPerMonth ?? (category.purpose === "marketing" ? defaultMarketingCap : undefined);
}

/** Whether messages of this category take another provider when theirs is out: the second way is for what cannot wait. */
export function goesOver({ onOutage, purpose }: Category): boolean {
  return (onOutage ?? (purpose === "marketing" ? "wait" : "go-over")) === "go-over";
}

/** Whether messages of this category wait for their deadlines together: a matter of seconds and of cost. */
export function waitsInCohorts({ failover, purpose }: Category): boolean {
  return (failover.grain ?? (purpose === "marketing" ? "cohort" : "message")) === "cohort";
}

/** Two to four marketing messages a month is what people put up with; the upper end is our default. */
const defaultMarketingCap = 4;

/** Answers to STOP, START and HELP: owed to the person who wrote, at once and whatever else is true of them. */
export const keywordAnswer: Category = {
  id: "keyword-answer",
  purpose: "service",
  urgency: 3,
  archival: 0,
  needs: {},
  channels: ["sms"],
  failover: { waitSeconds: 300, maxSteps: 1 },
  confirmedBy: "delivered",
  onUnknown: "wait",
  expectsReply: false,
  quietHours: "exempt",
  validitySeconds: 300,
};
