import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";

/** Why a message is sent: the ground on which consent is given. */
export const Purpose = z.enum(["transactional", "marketing", "otp", "service", "emergency"]);
/** Why a message is sent: the ground on which consent is given. */
export type Purpose = z.infer<typeof Purpose>;

/** Grade of the Immediacy Framework: 0 none, 1 low, 2 high, 3 highest. */
const Grade = z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)]);

function need(what: string) {
  return z.optional(
    z
      .boolean()
      .check(z.meta({ description: `Whether it needs ${what}.`, examples: [true], leftOut: "`false`" })),
  );
}

/** A kind of message the business sends; the caller of the API names it and cannot bend it. */
export const Category = z.object({
  id: z
    .string()
    .check(
      z.regex(/^[a-z][a-z0-9-]{0,39}$/),
      z.meta({ description: "What callers name.", examples: ["delivery-update"] }),
    ),
  purpose: Purpose.check(
    z.meta({
      description:
        "Why it is sent, and so what consent it needs: marketing an opt-in, an emergency none, the others that nobody opted out.",
      examples: ["transactional"],
    }),
  ),
  urgency: Grade.check(
    z.meta({
      description: "How soon it must be seen: 0 not at all, 3 at once. 3 also means the urgent lane.",
      examples: [2],
    }),
  ),
  archival: Grade.check(
    z.meta({
      description: "How much the person will want to find it again: 0 not at all, 3 most.",
      examples: [1],
    }),
  ),
  needs: z._default(
    z
      .object({
        richMedia: need("pictures, sound or buttons"),
        appContext: need("the app, which it leads to"),
        privacy: need("to be read by nobody else"),
        social: need("people to share or answer it"),
      })
      .check(z.describe("What else it needs of a channel: those that are good at it rank higher.")),
    {},
  ),
  channels: z.optional(
    z.array(Channel).check(
      z.minLength(1),
      z.meta({
        description: "Channels it may use.",
        examples: [["push", "sms"]],
        leftOut: "all that have a sender",
      }),
    ),
  ),
  failover: z._default(
    z
      .object({
        waitSeconds: z.int().check(
          z.minimum(5),
          z.maximum(86_400),
          z.meta({
            description: "Seconds an earlier step may take until the next one starts.",
            examples: [60],
          }),
        ),
        maxSteps: z
          .int()
          .check(
            z.minimum(1),
            z.maximum(4),
            z.meta({ description: "Most channels it is tried on, one after the other.", examples: [2] }),
          ),
        grain: z.optional(
          z.enum(["message", "cohort"]).check(
            z.meta({
              description:
                "How finely deadlines are kept: to the second for each message, or to ten seconds, so that a campaign needs a tenth of the timers.",
              examples: ["cohort"],
              leftOut: "cohort for marketing, message otherwise",
            }),
          ),
        ),
      })
      .check(z.describe("What happens when nobody has seen it in time.")),
    { waitSeconds: 300, maxSteps: 1 },
  ),
  confirmedBy: z._default(
    z.enum(["delivered", "read"]).check(
      z.meta({
        description: 'What counts as "the person has it" and stops the failover.',
        examples: ["read"],
      }),
    ),
    "delivered",
  ),
  onUnknown: z._default(
    z.enum(["wait", "retry"]).check(
      z.meta({
        description:
          "When an attempt whose answer was lost is made again, should the provider show that it never took it: a quarter of an hour later, or after ninety seconds because the message is of no use later.",
        examples: ["retry"],
      }),
    ),
    "wait",
  ),
  onOutage: z.optional(
    z.enum(["go-over", "wait"]).check(
      z.meta({
        description:
          "When the provider that should carry it is out: go over to another one on the same channel, or wait for it.",
        examples: ["go-over"],
        leftOut: "wait for marketing, go-over otherwise",
      }),
    ),
  ),
  expectsReply: z._default(
    z.boolean().check(
      z.meta({
        description: "Whether the person should answer: only senders that take replies carry it.",
        examples: [true],
      }),
    ),
    false,
  ),
  quietHours: z.optional(
    z.enum(["hold", "exempt"]).check(
      z.meta({
        description: "Outside the person's hours: wait for them, or go at once.",
        examples: ["hold"],
        leftOut: "exempt for otp and emergency, hold otherwise",
      }),
    ),
  ),
  capPerMonth: z.optional(
    z.int().check(
      z.minimum(1),
      z.maximum(100),
      z.meta({
        description: "Most messages of this purpose to one person in any 30 days.",
        examples: [4],
        leftOut: "4 for marketing, none otherwise",
      }),
    ),
  ),
  validitySeconds: z._default(
    z
      .int()
      .check(
        z.minimum(30),
        z.maximum(30 * 86_400),
        z.meta({ description: "Seconds after which it is no longer worth sending.", examples: [300] }),
      ),
    3 * 86_400,
  ),
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

/** Whether deadlines of this category are kept to ten seconds and not to one: a matter of how many timers there are. */
export function keepsDeadlinesCoarsely({ failover, purpose }: Category): boolean {
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
