import * as z from "zod/mini";
import "../platform/english.ts";
import { Category } from "../messages/category.ts";
import { Connection, mistakesOf } from "./connection.ts";
import { isPooled } from "../senders/rate.ts";
import { Sender } from "../senders/sender.ts";

// The addresses of their own queues travel in a function's environment, of which Lambda allows 4 KB.
const fastSendersLimit = 14;

/** A time of day on a 24-hour clock. */
const LocalTime = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:MM"));

/** What a business declares about itself in heliograph.config.ts. */
export const Business = z
  .object({
    name: z
      .string()
      .check(
        z.minLength(1),
        z.meta({ description: "What operators call this business.", examples: ["Northwind"] }),
      ),
    brand: z
      .object({
        name: z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(40),
            z.meta({ description: "Its name in answers to HELP and STOP.", examples: ["Northwind"] }),
          ),
        supportContact: z
          .string()
          .check(
            z.minLength(1),
            z.maxLength(80),
            z.meta({ description: "Where HELP sends people.", examples: ["help@northwind.example"] }),
          ),
        hours: z._default(
          z
            .object({
              from: LocalTime.check(z.meta({ description: "When it begins to write.", examples: ["09:00"] })),
              to: LocalTime.check(z.meta({ description: "When it stops.", examples: ["21:00"] })),
            })
            .check(
              z.describe(
                "Hours in which it writes to people, in their own time; the law's hours hold within them.",
              ),
            ),
          { from: "09:00", to: "21:00" },
        ),
        homeCountry: z
          .string()
          .check(
            z.length(2),
            z.meta({ description: "Country assumed for numbers written without one.", examples: ["US"] }),
          ),
      })
      .check(z.describe("How the business shows itself to people.")),
    connections: z.array(Connection).check(z.describe("Accounts at providers.")),
    senders: z.array(Sender).check(
      z.minLength(1),
      z.maxLength(1000),
      z.describe(
        `What messages come from; at most ${fastSendersLimit} of them faster than 3 segments a second.`,
      ),
      z.refine((senders) => senders.filter((sender) => !isPooled(sender)).length <= fastSendersLimit, {
        message: `has more than ${fastSendersLimit} senders of more than 3 mps`,
      }),
    ),
    categories: z.array(Category).check(z.minLength(1), z.describe("Kinds of messages the business sends.")),
    api: z
      .object({
        requestsPerSecond: z
          .number()
          .check(
            z.positive(),
            z.meta({ description: "Calls a second that the API takes.", examples: [500] }),
          ),
        burst: z
          .int()
          .check(z.positive(), z.meta({ description: "Calls it takes at once.", examples: [1000] })),
      })
      .check(z.describe("What the API takes from all callers together.")),
    operations: z.prefault(
      z
        .object({
          alarmEmail: z.optional(
            z.email().check(
              z.meta({
                description: "Who is told of alarms.",
                examples: ["oncall@northwind.example"],
                leftOut: "nobody; they stand on the dashboard",
              }),
            ),
          ),
          spendPerDay: z._default(
            z.number().check(
              z.positive(),
              z.meta({
                description:
                  "US dollars a day that are still nothing to worry about, by the senders' declared prices.",
                examples: [100],
              }),
            ),
            100,
          ),
        })
        .check(z.describe("What operators are told.")),
      {},
    ),
    webhooks: z._default(
      z.boolean().check(
        z.meta({
          description:
            "Whether events are posted to endpoints of the business's own; without it nothing of that is deployed.",
          examples: [true],
        }),
      ),
      false,
    ),
    links: z.optional(
      z
        .object({
          domain: z.optional(
            z.url({ protocol: /^https$/ }).check(
              z.regex(/[^/]$/, "without a trailing slash"),
              z.meta({
                description: "What they begin with: a domain of yours that leads to the API.",
                examples: ["https://nw.example"],
                leftOut: "the API's own address",
              }),
            ),
          ),
          keepDays: z._default(
            z
              .int()
              .check(
                z.minimum(1),
                z.maximum(3_650),
                z.meta({ description: "Days after which a link leads nowhere.", examples: [365] }),
              ),
            365,
          ),
        })
        .check(
          z.meta({ description: "Short links with click tracking.", leftOut: "links go out as they are" }),
        ),
    ),
    lookup: z.optional(
      z
        .object({
          connection: z.string().check(
            z.meta({
              description: "Whom to ask: a connection to Twilio or Pinpoint.",
              examples: ["twilio-main"],
            }),
          ),
        })
        .check(
          z.meta({
            description:
              "Asks a provider once what kind of line a number is that nobody knows anything of: texts to landlines cost money and reach nobody.",
            leftOut: "nobody is asked, because asking costs money, too",
          }),
        ),
    ),
    publicUrl: z.optional(
      z.url().check(
        z.meta({
          description: "Address of the public API when it has its own domain; without a trailing slash.",
          examples: ["https://messages.northwind.example"],
          leftOut: "the addresses that AWS gives",
        }),
      ),
    ),
  })
  .check(
    z.superRefine((business, context) => {
      for (const [index, sender] of business.senders.entries())
        for (const { field, message } of mistakesOf(sender, business.connections))
          context.addIssue({ code: "custom", path: ["senders", index, field], message });
      // A second one would be the same account.
      if (business.connections.filter(({ provider }) => provider === "ses").length > 1)
        context.addIssue({
          code: "custom",
          path: ["connections"],
          message: "has more than one of Amazon SES",
        });
      const asked = business.connections.find(({ id }) => id === business.lookup?.connection);
      if (business.lookup && asked?.provider !== "twilio" && asked?.provider !== "pinpoint")
        context.addIssue({
          code: "custom",
          path: ["lookup", "connection"],
          message: "is not a declared connection to Twilio or Pinpoint",
        });
      for (const list of ["senders", "categories", "connections"] as const) {
        const ids = business[list].map(({ id }) => id);
        for (const [index, id] of ids.entries()) {
          if (ids.indexOf(id) === index) continue;
          context.addIssue({ code: "custom", path: [list, index, "id"], message: "is declared twice" });
        }
      }
    }),
  );
/** What a business declares about itself. */
export type Business = z.infer<typeof Business>;

/** Checks the declaration and fills its defaults; a mistake stops the deployment with the field's name. */
export function declareBusiness(declared: z.input<typeof Business>): Business {
  return Business.parse(declared);
}
