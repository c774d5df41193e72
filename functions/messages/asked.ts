import type * as z from "zod/mini";
import type { Contact } from "../contacts/contact.ts";
import type { Shorten } from "../links/shorten.ts";
import { instantOf } from "../platform/clock.ts";
import { Problem } from "../platform/problem.ts";
import { type Composed, composed } from "../templates/compose.ts";
import { templateNamed } from "../templates/named.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import type { Category } from "./category.ts";
import { linked } from "./linked.ts";
import { assertMedia, type MediaUsing } from "./media-check.ts";
import type { Message } from "./message.ts";
import type { NewMessage } from "./messages.routes.ts";
import { newMessage } from "./new-message.ts";
import type { DecideUsing } from "./routing.ts";

/** What is looked up for what a caller asks. */
export interface AskedUsing extends MediaUsing {
  readonly business: DecideUsing["business"];
  readonly contacts: {
    readonly find: (contactId: string) => Promise<Contact | undefined>;
    readonly findByExternalId: (externalId: string) => Promise<Contact | undefined>;
  };
  /** @default no template is known */
  readonly findTemplate?: FindTemplate;
  /** @default links go out as they are */
  readonly shorten?: Shorten | undefined;
}

/** A new message's id, and what it was made from when the caller gave the request a key. */
export interface Named {
  readonly id: string;
  readonly requestHash?: string | undefined;
}

/** What a caller asked for, with everything it names; a problem when something of it is not there. */
export async function askedFor(
  asked: z.infer<typeof NewMessage>,
  { id, requestHash }: Named,
  now: number,
  using: AskedUsing,
): Promise<{ readonly fresh: Message; readonly contact: Contact }> {
  const category = using.business.categories.find((one) => one.id === asked.category);
  if (!category) throw new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const contact = asked.contactId
    ? await using.contacts.find(asked.contactId)
    : await using.contacts.findByExternalId(asked.externalId ?? "");
  if (!contact) {
    throw new Problem("contact.not-found", [
      { field: asked.contactId ? "contactId" : "externalId", message: "is not known" },
    ]);
  }
  const said = await saidTo(contact, asked, { id, now }, using);
  const fresh = messageFrom(asked, { contactId: contact.id, category, id, requestHash, now, said });
  return { fresh, contact };
}

/** What a message says: as it was given, or as its template says it to this person, with its link and files that can be sent. */
export async function saidTo(
  contact: Contact,
  asked: z.infer<typeof NewMessage>,
  whose: { readonly id: string; readonly now: number },
  using: Pick<AskedUsing, "business" | "findTemplate" | "inspectMedia" | "shorten">,
): Promise<Composed> {
  const said = await wordsFor(contact, asked, whose, using);
  await assertMedia({ ...said, category: asked.category }, said.template !== undefined, using);
  return said;
}

/** As it was given, or as its template says it to this person. */
async function wordsFor(
  contact: Contact,
  { content, template }: z.infer<typeof NewMessage>,
  whose: { readonly id: string; readonly now: number },
  { business, findTemplate, shorten }: Pick<AskedUsing, "business" | "findTemplate" | "shorten">,
): Promise<Composed> {
  if (content) return linked({ content }, whose, shorten);
  if (!template) throw new Problem("body.invalid", [{ field: "content", message: "is missing" }]);
  const found = await templateNamed(template, findTemplate);
  return linked(composed(found, template.variables, { contact, brand: business.brand }), whose, shorten);
}

/** What messages are made from besides what was asked for. */
interface For extends Named {
  readonly contactId: string;
  readonly category: Category;
  readonly now: number;
  readonly said: Composed;
}

/** The message that was asked for; a problem when its times leave none to send it. */
export function messageFrom(
  asked: z.infer<typeof NewMessage>,
  { id, requestHash, contactId, category, now, said }: For,
): Message {
  const [sendAt, expiresAt] = [instantOf(asked.sendAt), instantOf(asked.expiresAt)];
  assertTimes(sendAt, expiresAt, now);
  return newMessage({
    id,
    contactId,
    category,
    ...said,
    sendAt,
    expiresAt,
    requestHash,
    now,
  });
}

/** How far ahead a message may be asked for. */
const aheadLimit = 366 * 24 * 3_600_000;

/** Refuses times that are too far ahead or leave no time to send. */
export function assertTimes(sendAt: number | undefined, expiresAt: number | undefined, now: number): void {
  const from = Math.max(now, sendAt ?? now);
  if (from > now + aheadLimit)
    throw new Problem("body.invalid", [{ field: "sendAt", message: "is more than a year ahead" }]);
  if (expiresAt !== undefined && expiresAt <= from) {
    throw new Problem("body.invalid", [{ field: "expiresAt", message: "leaves no time to send" }]);
  }
}
