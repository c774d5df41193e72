import { idFrom } from "../platform/ids.ts";
import { type ConsentEntry, stoppable } from "./consent.ts";

/** A provider refused because the person opted out there: the same entries however often we hear of it. */
export function optOutOf(
  contactId: string,
  addressId: string,
  attemptId: string,
  at: number,
): ConsentEntry[] {
  return stoppable.map((purpose) => ({
    id: idFrom("cse", `${attemptId}/${addressId}/${purpose}`),
    contactId,
    addressId,
    purpose,
    state: "out",
    method: "provider-block",
    at,
    actor: "provider",
  }));
}
