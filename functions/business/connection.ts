import * as z from "zod/mini";
import type { Sender } from "../senders/sender.ts";

/** What this deployment calls one of its parts. */
const Id = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/));

/** An account at a provider. */
export const Connection = z.object({
  id: Id.check(
    z.meta({
      description: "Its name here; the secret with its credentials is `heliograph/<stage>/<id>`.",
      examples: ["twilio-main"],
    }),
  ),
  provider: z
    .enum(["twilio", "pinpoint", "aws-sms", "ses", "web-push"])
    .check(z.meta({ description: "Who carries the messages.", examples: ["twilio"] })),
  pools: z.optional(
    z
      .object({
        transactional: z.optional(
          z
            .string()
            .check(z.meta({ description: "Addresses for what people need.", examples: ["receipts"] })),
        ),
        marketing: z.optional(
          z.string().check(z.meta({ description: "Addresses for what they agreed to.", examples: ["news"] })),
        ),
      })
      .check(
        z.describe(
          "Of Amazon SES: pools of dedicated addresses that its streams leave from; else SES's shared ones.",
        ),
      ),
  ),
  tracksOpens: z.optional(
    z.boolean().check(
      z.meta({
        description:
          "Of Amazon SES: whether an e-mail that was opened counts as read. Mail programs that load pictures ahead of their owners open everything.",
        examples: [false],
      }),
    ),
  ),
});
/** An account at a provider. */
export type Connection = z.infer<typeof Connection>;

/** What is wrong with the connection that a sender goes by: the sender's field, and why. */
export function mistakesOf(
  { kind, connection, resource }: Pick<Sender, "kind" | "connection" | "resource">,
  connections: readonly Connection[],
): { readonly field: "connection" | "resource" | "kind"; readonly message: string }[] {
  const provider = connections.find(({ id }) => id === connection)?.provider;
  const mistakes = {
    undeclared: { field: "connection", message: "is not a declared connection" },
    unnamed: { field: "resource", message: "is missing: the number's id in AWS End User Messaging" },
    noMail: {
      field: "connection",
      message: "e-mail goes by a connection of Amazon SES, and nothing else does",
    },
    noSite: { field: "kind", message: "is web-site for a connection of web push, and for no other" },
  } as const;
  return [
    ...(provider === undefined ? [mistakes.undeclared] : []),
    ...(provider === "aws-sms" && !resource ? [mistakes.unnamed] : []),
    ...((provider === "ses") !== (kind === "email") ? [mistakes.noMail] : []),
    ...((provider === "web-push") !== (kind === "web-site") ? [mistakes.noSite] : []),
  ];
}
