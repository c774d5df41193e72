import * as z from "zod/mini";
import { idFrom } from "../platform/ids.ts";

/** Most recipients on a page: what one run decides on. */
export const pageSize = 1_000;
/** Longest variables of all on a page, as JSON: a page is one item of its table. */
export const variablesLimit = 200_000;
/** Most pages of a campaign. */
export const pageLimit = 5_000;

/** Recipients of a campaign; a page never changes once it is there, so that a recipient is known by their place on it. */
export const Page = z.object({
  number: z.int().check(z.minimum(1), z.maximum(pageLimit)),
  /** Each once. */
  recipients: z.array(z.string().check(z.startsWith("con_"))).check(z.maxLength(pageSize)),
  /** External ids that nobody had when the page was added. */
  unknown: z.array(z.string()).check(z.maxLength(pageSize)),
  /** What the campaign's template says differently, by contact. */
  variables: z.optional(z.record(z.string(), z.record(z.string(), z.unknown()))),
  /** Fingerprint of the list it was made from. */
  requestHash: z.string(),
});
/** Recipients of a campaign. */
export type Page = z.infer<typeof Page>;

/** The one message of a campaign to a contact, on whatever pages they stand. */
export function messageIdFor(campaignId: string, contactId: string): string {
  return idFrom("msg", `${campaignId}/${contactId}`);
}

/** The messages of a page by the places of their recipients. */
export function messageIdsOf(
  campaignId: string,
  { recipients }: Page,
  places?: readonly number[],
): Map<number, string> {
  const wanted = places ?? recipients.keys();
  const ids = new Map<number, string>();
  for (const place of wanted) {
    const contactId = recipients[place];
    if (contactId !== undefined) ids.set(place, messageIdFor(campaignId, contactId));
  }
  return ids;
}
