import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { OneLine } from "../platform/one-line.ts";

/** An identity that messages come from. */
export const Sender = z
  .object({
    id: z
      .string()
      .check(
        z.regex(/^[a-z][a-z0-9-]{0,39}$/),
        z.meta({ description: "Its name here, in calls and figures.", examples: ["us-number"] }),
      ),
    kind: z
      .enum([
        "long-code",
        "10dlc",
        "toll-free",
        "short-code",
        "alphanumeric",
        "push-app",
        "web-site",
        "email",
      ])
      .check(
        z.meta({
          description: "What kind of identity it is: countries' rules go by it.",
          examples: ["10dlc"],
        }),
      ),
    identity: z.string().check(
      z.minLength(1),
      z.maxLength(254),
      z.meta({
        description:
          "What the recipient sees it come from: E.164 number, short code, alphanumeric id, e-mail address, the push application's id, or the address of the site that browsers have subscribed to.",
        examples: ["+15005550006"],
      }),
    ),
    name: z.optional(
      OneLine.check(
        z.maxLength(64),
        z.meta({
          description: "Name in front of an e-mail address; else the brand's.",
          examples: ["Northwind"],
        }),
      ),
    ),
    replyTo: z.optional(
      z.email().check(
        z.maxLength(254),
        z.meta({
          description: "Where answers to e-mails go; else to the address they come from.",
          examples: ["help@northwind.example"],
        }),
      ),
    ),
    channels: z
      .array(Channel)
      .check(z.minLength(1), z.meta({ description: "What it can carry.", examples: [["sms", "mms"]] })),
    connection: z
      .string()
      .check(z.meta({ description: "Id of the connection it sends through.", examples: ["twilio-main"] })),
    resource: z.optional(
      z.string().check(
        z.regex(/^(phone-number\/phone|sender-id\/[A-Z]{2,}|pool\/pool)[\w/-]*$/),
        z.meta({
          description:
            "What AWS End User Messaging calls it: our functions may send from that and nothing else. Needed with an `aws-sms` connection.",
          examples: ["phone-number/phone-0123456789abcdef0123456789abcdef"],
          leftOut: "it is another provider's",
        }),
      ),
    ),
    priority: z._default(
      z.int().check(
        z.minimum(1),
        z.maximum(9),
        z.meta({
          description:
            "Of several that could carry a message the one with the lowest number does: 2 is a second way, for when there is no first.",
          examples: [2],
        }),
      ),
      1,
    ),
    countries: z.union([z.literal("*"), z.array(z.string().check(z.length(2))).check(z.minLength(1))]).check(
      z.meta({
        description: 'Recipients\' countries (ISO 3166-1 alpha-2) it may be used for; "*" is everywhere.',
        examples: [["US", "CA"]],
      }),
    ),
    mps: z
      .number()
      .check(
        z.positive(),
        z.maximum(1000),
        z.meta({ description: "Allowed message segments per second.", examples: [10] }),
      ),
    perDay: z.optional(
      z
        .object({
          segments: z.int().check(z.positive(), z.meta({ description: "How many.", examples: [2_000] })),
          zone: z
            .string()
            .check(
              z.meta({ description: "Whose midnight begins a day.", examples: ["America/Los_Angeles"] }),
            ),
        })
        .check(
          z.meta({
            description:
              "Most segments on one day, by the calendar of a zone: 10DLC brands have one at T-Mobile (midnight Pacific time).",
            leftOut: "as many as `mps` allows",
          }),
        ),
    ),
    warmUp: z.optional(
      z
        .object({
          startsOn: z.iso.date().check(z.meta({ description: "The first day.", examples: ["2026-12-01"] })),
          zone: z._default(
            z
              .string()
              .check(z.meta({ description: "Whose midnight begins a day.", examples: ["America/New_York"] })),
            "UTC",
          ),
          perDay: z.array(z.int().check(z.positive())).check(
            z.minLength(1),
            z.maxLength(90),
            z.meta({
              description: "The most on each day; after the last one all.",
              examples: [[50, 100, 500]],
            }),
          ),
        })
        .check(
          z.meta({
            description:
              "A new identity earns its reputation day by day: the most it sends on each day from the first one on.",
            leftOut: "all from the first day",
          }),
        ),
    ),
    keywordsAnsweredBy: z._default(
      z.enum(["provider", "heliograph"]).check(
        z.meta({
          description:
            "Who answers STOP, START and HELP: the provider's network (then we stay silent) or Heliograph.",
          examples: ["provider"],
        }),
      ),
      "heliograph",
    ),
    costMicros: z._default(
      z.int().check(
        z.minimum(0),
        z.meta({
          description: "Price of one segment in millionths of a US dollar, used to rank and to count spend.",
          examples: [8_300],
        }),
      ),
      0,
    ),
  })
  .check(
    z.refine(({ kind, identity }) => kind !== "web-site" || isSiteAddress(identity), {
      path: ["identity"],
      message: "the address of a site, such as https://shop.example",
    }),
    z.refine((sender) => sender.kind !== "alphanumeric" || isAlphanumericId(sender.identity), {
      path: ["identity"],
      message: "1 to 11 letters, digits or spaces, at least one letter",
    }),
    z.refine(
      ({ kind, identity }) =>
        kind === "email" ? z.email().safeParse(identity).success : identity.length <= 64,
      {
        path: ["identity"],
        message: "an e-mail address, and at most 64 characters where it is none",
      },
    ),
    z.refine(({ kind, channels }) => channels.includes("email") === (kind === "email"), {
      path: ["channels"],
      message: "e-mail comes from senders of the kind email, and nothing else does",
    }),
  );
/** An identity that messages come from. */
export type Sender = z.infer<typeof Sender>;

/** Alphanumeric ids: up to 11 letters, digits and spaces, of which at least one letter (GSM 03.40 address field). */
export function isAlphanumericId(identity: string): boolean {
  return /^[A-Za-z0-9 ]{1,11}$/.test(identity) && /[A-Za-z]/.test(identity);
}

function isSiteAddress(identity: string): boolean {
  return URL.canParse(identity) && new URL(identity).protocol === "https:";
}

/** Whether people can write back to Heliograph; notifications and alphanumeric senders are one-way, and answers to e-mails go to a mailbox of the business. */
export function takesReplies({ kind }: Pick<Sender, "kind">): boolean {
  return !["alphanumeric", "push-app", "web-site", "email"].includes(kind);
}

/** Whether a sender of notifications reaches apps or browsers of this kind. */
export function reachesPlatform({ kind }: Pick<Sender, "kind">, platform: "fcm" | "apns" | "web"): boolean {
  return kind === (platform === "web" ? "web-site" : "push-app");
}
