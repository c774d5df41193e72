import type * as z from "zod/mini";
import { assertUnchanged } from "../platform/etag.ts";
import { Problem } from "../platform/problem.ts";
import { changeContact, type ChangeUsing } from "./change.ts";
import type { Address, Contact } from "./contact.ts";
import type { WholeContact } from "./contacts.routes.ts";
import { addressesFrom, createContact, type CreateUsing, fieldOf } from "./create.ts";
import { withAddress, withoutAddress } from "./edit.ts";
import { contactNamed, externalPrefix } from "./look-up.ts";
import { viewOf } from "./view.ts";

/** What putting works with. */
export type PutUsing = CreateUsing & ChangeUsing & { readonly now: () => number };

type Whole = z.infer<typeof WholeContact>;

/** Makes a contact what a caller says they are, whether they were there or not; asked again it changes nothing. */
export async function putContact(
  name: string,
  asked: Whole,
  ifMatch: string | undefined,
  using: PutUsing,
): Promise<Contact> {
  const whole = named(name, asked);
  if (await contactNamed(name, using.contacts)) return replaceContact(name, whole, ifMatch, using);
  assertUnchanged(ifMatch, undefined);
  const isOwnId = /^con_[0-9A-HJKMNP-TV-Z]{26}$/.test(name);
  if (!isOwnId && !name.startsWith(externalPrefix)) throw new Problem("contact.not-found");
  const newId: CreateUsing["newId"] = (kind) => (kind === "con" && isOwnId ? name : using.newId(kind));
  const { preferences = { channels: [] }, ...rest } = whole;
  const now = using.now();
  try {
    const made = await createContact({ ...rest, preferences }, now, { ...using, newId });
    if (made.createdAt === now) return made;
  } catch (error) {
    const isThere = error instanceof Problem && error.code === "external-id.taken";
    if (!isThere || !(await contactNamed(name, using.contacts))) throw error;
  }
  // Somebody else created them at the same moment.
  return replaceContact(name, whole, ifMatch, using);
}

/** An external id in the path is the contact's, and the body may only repeat it. */
function named(name: string, asked: Whole): Whole {
  if (!name.startsWith(externalPrefix)) return asked;
  const externalId = name.slice(externalPrefix.length);
  if (externalId === "" || externalId.length > 128)
    throw new Problem("request.invalid", [
      { field: "contactId", message: "external ids have 1 to 128 characters" },
    ]);
  if (asked.externalId !== undefined && asked.externalId !== externalId)
    throw new Problem("body.invalid", [{ field: "externalId", message: "is not the one in the path" }]);
  return { ...asked, externalId };
}

async function replaceContact(
  name: string,
  whole: Whole,
  ifMatch: string | undefined,
  using: PutUsing,
): Promise<Contact> {
  const addresses = addressesFrom(whole.addresses, using);
  const edit = (seen: Contact) => {
    assertUnchanged(ifMatch, viewOf(seen));
    return replaced(seen, whole, addresses, using.now());
  };
  return changeContact(name, edit, using, (taken) =>
    fieldOf(addresses.findIndex(({ value }) => value === taken)),
  );
}

/** The contact as the caller says; addresses that stay keep their ids, and those that go are remembered with what was said of them. */
function replaced(seen: Contact, whole: Whole, addresses: readonly Address[], now: number): Contact {
  const { id, preferences, formerAddresses, createdAt } = seen;
  const isKept = (old: Address) =>
    addresses.some(({ kind, value }) => kind === old.kind && value === old.value);
  let next: Contact = {
    ...whole,
    id,
    preferences: whole.preferences ?? preferences,
    addresses: seen.addresses,
    ...(formerAddresses && { formerAddresses }),
    createdAt,
    updatedAt: now,
  };
  for (const old of seen.addresses) if (!isKept(old)) next = withoutAddress(next, old.id, now);
  for (const address of addresses) next = withAddress(next, address, now);
  return next;
}
