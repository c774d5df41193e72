import * as z from "zod/mini";
import { type Learned } from "../consent/address-mark.ts";
import { isoOf } from "../platform/clock.ts";
import { Problem } from "../platform/problem.ts";
import type { LookedUp, Mark } from "../providers/provider.ts";
import { changeContact, type ChangeUsing } from "./change.ts";
import type { Address, Contact } from "./contact.ts";

/** A phone number of which nobody knows what it is. */
export const LineToLearn = z.object({ contactId: z.string(), addressId: z.string() });
/** A phone number of which nobody knows what it is. */
export type LineToLearn = z.infer<typeof LineToLearn>;

/** What learning works with. */
export interface LearnUsing {
  readonly contacts: ChangeUsing["contacts"];
  /** Asks a provider, which costs money. */
  readonly lookUp: (number: string) => Promise<LookedUp>;
  readonly markAddress: (mark: Mark, learned: Learned, at: number) => Promise<void>;
  readonly now: () => number;
}

/** The numbers of a contact that are to be asked about: none of them twice. */
export function linesToLearn({ id, addresses }: Contact): LineToLearn[] {
  return addresses.filter(isToLearn).map((address) => ({ contactId: id, addressId: address.id }));
}

/** Asks once what kind of line a number is, and keeps the answer with its date; one that cannot be reached at all is marked. */
export async function learnLine({ contactId, addressId }: LineToLearn, using: LearnUsing): Promise<void> {
  const contact = await using.contacts.find(contactId);
  const address = contact?.addresses.find(({ id }) => id === addressId);
  // Removed meanwhile, or somebody has said or learnt it.
  if (!address || !isToLearn(address)) return;
  const said = await using.lookUp(address.value);
  const now = using.now();
  if (said.is === "invalid") {
    const about = { contactId, addressId, attemptId: "look-up", reason: "number-invalid" };
    await using.markAddress("unreachable", about, now);
  }
  const lineType = said.is === "known" ? said.lineType : "unknown";
  const learnt = (seen: Contact): Contact => ({
    ...seen,
    addresses: seen.addresses.map((one) =>
      one.id === addressId && isToLearn(one) ? { ...one, lineType, lookedUpAt: isoOf(now) } : one,
    ),
    updatedAt: now,
  });
  try {
    await changeContact(contactId, learnt, using);
  } catch (error) {
    // Erased meanwhile: there is nobody left to know it of.
    if (!(error instanceof Problem && error.code === "contact.not-found")) throw error;
  }
}

function isToLearn(address: Address): address is Extract<Address, { kind: "phone" }> {
  return address.kind === "phone" && address.lineType === "unknown" && address.lookedUpAt === undefined;
}
