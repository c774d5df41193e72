import * as z from "zod/mini";
import { type Answer, isOk } from "../platform/exchange.ts";
import type { LookedUp } from "./provider.ts";

/** Twilio's kinds of lines in ours (twilio.com/docs/lookup/v2-api/line-type-intelligence). What is none of a person's own kinds stays unknown. */
const kinds: Readonly<Record<string, Extract<LookedUp, { is: "known" }>["lineType"]>> = {
  mobile: "mobile",
  landline: "landline",
  fixedVoip: "voip",
  nonFixedVoip: "voip",
};

const Said = z.object({
  valid: z.boolean(),
  line_type_intelligence: z.nullish(
    z.object({ type: z.nullish(z.string()), error_code: z.nullish(z.union([z.number(), z.string()])) }),
  ),
});

/** What Lookup v2 says of a number. Throws for what another try may mend: nothing was learnt, and nothing paid. */
export function lookedUpFrom(answer: Answer): LookedUp {
  // A number that cannot be one at all has no resource.
  if (answer.status === 404) return { is: "invalid" };
  if (!isOk(answer)) throw new Error(`Lookup answered ${answer.status}`);
  const { valid, line_type_intelligence: line } = Said.parse(JSON.parse(answer.text));
  if (!valid) return { is: "invalid" };
  return { is: "known", lineType: kinds[line?.type ?? ""] ?? "unknown" };
}
