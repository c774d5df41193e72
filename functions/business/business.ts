import * as z from "zod";
import { Category } from "../messages/category.ts";
import { isPooled, Sender } from "../senders/sender.ts";

// The addresses of their own queues travel in a function's environment, of which Lambda allows 4 KB.
const fastSendersLimit = 14;

/** A time of day on a 24-hour clock. */
const LocalTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM");

/** What a business declares about itself in heliograph.config.ts. */
export const Business = z
  .object({
    name: z.string().min(1),
    /** How it names itself in answers to HELP and STOP. */
    brand: z.object({
      name: z.string().min(1).max(40),
      supportContact: z.string().min(1).max(80),
      /** Hours in which it writes to people, in their own time. @default 09:00 to 21:00 */
      hours: z.object({ from: LocalTime, to: LocalTime }).default({ from: "09:00", to: "21:00" }),
      /** Country assumed for numbers written without one. */
      homeCountry: z.string().length(2),
    }),
    connections: z.array(
      z.object({
        id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
        provider: z.enum(["twilio", "pinpoint", "aws-sms", "web-push"]),
      }),
    ),
    senders: z
      .array(Sender)
      .nonempty()
      .max(1000)
      .refine((senders) => senders.filter((sender) => !isPooled(sender)).length <= fastSendersLimit, {
        message: `has more than ${fastSendersLimit} senders of more than 3 mps`,
      }),
    categories: z.array(Category).nonempty(),
    api: z.object({ requestsPerSecond: z.number().positive(), burst: z.number().int().positive() }),
    operations: z
      .object({
        /** Who is told of alarms. @default nobody; they stand on the dashboard */
        alarmEmail: z.email().optional(),
        /** US dollars a day that are still nothing to worry about, by the senders' declared prices. */
        spendPerDay: z.number().positive().default(100),
      })
      .prefault({}),
    /** Whether events are posted to endpoints of the business's own. @default false: nothing of it is deployed */
    webhooks: z.boolean().default(false),
    /** Short links with click tracking. @default none: links go out as they are */
    links: z
      .object({
        /** What they begin with, such as https://nw.example: a domain of yours that leads to the API. @default the API's own address */
        domain: z
          .url({ protocol: /^https$/ })
          .regex(/[^/]$/, "without a trailing slash")
          .optional(),
        /** Days after which a link leads nowhere. */
        keepDays: z.number().int().min(1).max(3_650).default(365),
      })
      .optional(),
    /** Asks a provider once what kind of line a number is that nobody knows anything of: texts to landlines cost money and reach nobody. @default nobody is asked, because asking costs money, too */
    lookup: z.object({ connection: z.string() }).optional(),
    /** Address of the public API when it has its own domain; without a trailing slash. */
    publicUrl: z.url().optional(),
  })
  .superRefine((business, context) => {
    const connections = new Set(business.connections.map(({ id }) => id));
    for (const [index, sender] of business.senders.entries()) {
      if (connections.has(sender.connection)) continue;
      context.addIssue({
        code: "custom",
        path: ["senders", index, "connection"],
        message: "is not a declared connection",
      });
    }
    const ofAws = new Set(
      business.connections.filter(({ provider }) => provider === "aws-sms").map(({ id }) => id),
    );
    for (const [index, { connection, resource }] of business.senders.entries())
      if (ofAws.has(connection) && !resource)
        context.addIssue({
          code: "custom",
          path: ["senders", index, "resource"],
          message: "is missing: the number's id in AWS End User Messaging",
        });
    const asked = business.connections.find(({ id }) => id === business.lookup?.connection);
    if (business.lookup && asked?.provider !== "twilio" && asked?.provider !== "pinpoint")
      context.addIssue({
        code: "custom",
        path: ["lookup", "connection"],
        message: "is not a declared connection to Twilio or Pinpoint",
      });
    const ofBrowsers = new Set(
      business.connections.filter(({ provider }) => provider === "web-push").map(({ id }) => id),
    );
    for (const [index, { connection, kind }] of business.senders.entries())
      if (ofBrowsers.has(connection) !== (kind === "web-site"))
        context.addIssue({
          code: "custom",
          path: ["senders", index, "kind"],
          message: "is web-site for a connection of web push, and for no other",
        });
    for (const list of ["senders", "categories", "connections"] as const) {
      const ids = business[list].map(({ id }) => id);
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) === index) continue;
        context.addIssue({ code: "custom", path: [list, index, "id"], message: "is declared twice" });
      }
    }
  });
/** What a business declares about itself. */
export type Business = z.infer<typeof Business>;

/** Checks the declaration and fills its defaults; a mistake stops the deployment with the field's name. */
export function declareBusiness(declared: z.input<typeof Business>): Business {
  return Business.parse(declared);
}
