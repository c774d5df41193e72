import type * as z from "zod/mini";
import type { Contact } from "../contacts/contact.ts";
import { timeOfId } from "../platform/ids.ts";
import { Problem } from "../platform/problem.ts";
import type { ConsentEntry } from "./consent.ts";
import type { NewConsent } from "./consent.routes.ts";

/** Clocks of callers may be a little ahead of ours. */
const skewMilliseconds = 5 * 60_000;

/** The ledger entry for what a caller reports. It is as old as its id, so a late retry cannot outrank a STOP that came in between. */
export function entryFrom(
  said: z.infer<typeof NewConsent>,
  contact: Contact,
  by: { readonly id: string; readonly actor: string },
): ConsentEntry {
  if (!contact.addresses.some(({ id }) => id === said.addressId)) {
    throw new Problem("address.not-found", [
      { field: "addressId", message: "is not an address of this contact" },
    ]);
  }
  const now = timeOfId(by.id);
  const at = said.at === undefined ? now : Date.parse(said.at);
  // An opt-in dated tomorrow would outrank every STOP until then.
  if (at > now + skewMilliseconds)
    throw new Problem("body.invalid", [{ field: "at", message: "is in the future" }]);
  return { ...said, ...by, contactId: contact.id, at: Math.min(at, now) };
}
