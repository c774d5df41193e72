import * as z from "zod/mini";
import { saidIn, signed } from "../platform/signed.ts";
import { stoppable } from "./consent.ts";

const id = (kind: string) => z.string().check(z.regex(new RegExp(`^${kind}_[0-9A-Za-z_]{1,40}$`)));

/** What a person ends who follows the link of an e-mail: mail of its kind to this address. It holds for as long as they keep the e-mail. */
export const Leaving = z.object({
  contactId: id("con"),
  addressId: id("adr"),
  purpose: z.enum(stoppable),
  /** The e-mail that showed them the way. */
  messageId: id("msg"),
});
/** What a person ends who follows the link of an e-mail. */
export type Leaving = z.infer<typeof Leaving>;

/** Keeps it apart from what else the same key signs. */
const about = "unsubscribe ";

/** Makes the token that ends mail of one kind to one address, and can do nothing else. */
export function unsubscribeToken({ contactId, addressId, purpose, messageId }: Leaving, key: string): string {
  return signed([contactId, addressId, purpose, messageId].join("."), key, about);
}

/** What a token ends; undefined when we did not make it. */
export function leavingIn(token: string, key: string): Leaving | undefined {
  const [contactId, addressId, purpose, messageId] = saidIn(token, key, about)?.split(".") ?? [];
  return Leaving.safeParse({ contactId, addressId, purpose, messageId }).data;
}
