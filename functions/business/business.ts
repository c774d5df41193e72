import * as z from "zod";
import { Category } from "../messages/category.ts";
import { Sender } from "../senders/sender.ts";

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
      z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/), provider: z.enum(["twilio", "pinpoint"]) }),
    ),
    // Their queues' addresses travel in a function's environment, of which Lambda allows 4 KB.
    senders: z.array(Sender).nonempty().max(14),
    categories: z.array(Category).nonempty(),
    api: z.object({ requestsPerSecond: z.number().positive(), burst: z.number().int().positive() }),
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
