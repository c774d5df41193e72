import type { Business } from "../business/business.ts";
import type { Contact } from "../contacts/contact.ts";
import { whereaboutsOf } from "../contacts/zones.ts";
import { type Category, respectsQuietHours } from "../messages/category.ts";
import type { Attempt, Message } from "../messages/message.ts";
import { closedBy, type Hours, hoursFor, nextAllowed } from "../messages/quiet-hours.ts";
import { isWanted, pausedUntil } from "../preferences/choice.ts";

/** What is judged: an attempt that is due, and whom it goes to as far as anybody knows them. */
interface Case {
  readonly message: Message;
  readonly attempt: Attempt;
  readonly contact: Contact | undefined;
  readonly category: Category | undefined;
}

/** What there is to do about an attempt, as far as the person and the clock have a say. */
export type Verdict =
  | {
      readonly is: "go";
      readonly contact: Contact;
      readonly category: Category;
      readonly hours: Hours | undefined;
    }
  /** Nobody may make it any more: the message ends. */
  | { readonly is: "end"; readonly reason: "contact-missing" | "category-missing" | "expired" }
  /** Not this way: the next step follows. */
  | { readonly is: "close"; readonly reason: string }
  | { readonly is: "wait"; readonly until: number; readonly reason: string };

/** Clocks of machines differ and a call takes its time: nothing is sent in the last minute of a window. */
const edgeMilliseconds = 60_000;

/** What the person, the category and the clock say of an attempt whose turn has come. */
export function verdictOn(
  { message, attempt, contact, category }: Case,
  business: Pick<Business, "brand">,
  now: number,
): Verdict {
  if (!contact) return { is: "end", reason: "contact-missing" };
  if (!category) return { is: "end", reason: "category-missing" };
  if (message.expiresAt <= now) return { is: "end", reason: "expired" };
  const { preferences } = contact;
  const paused = message.replyTo ? undefined : pausedUntil(preferences, category.purpose, now);
  if (!message.replyTo && !isWanted(attempt.channel, preferences, category))
    return { is: "close", reason: "not-wanted" };
  if (paused !== undefined)
    return { is: "wait", until: Math.min(paused, message.expiresAt), reason: "contact-paused" };
  const hours = hoursOf(contact, category, attempt, business);
  const closed = hours && (closedBy(hours, now) ?? closedBy(hours, now + edgeMilliseconds));
  if (!hours || !closed) return { is: "go", contact, category, hours };
  const until = nextAllowed(hours, now + edgeMilliseconds) ?? message.expiresAt;
  return { is: "wait", until, reason: `quiet-hours: ${closed}` };
}

function hoursOf(
  contact: Contact,
  category: Category,
  attempt: Attempt,
  { brand }: Pick<Business, "brand">,
): Hours | undefined {
  if (!respectsQuietHours(category)) return undefined;
  const address = contact.addresses.find(({ id }) => id === attempt.addressId);
  const where = whereaboutsOf(contact, address, brand.homeCountry);
  return hoursFor(category.purpose, where, brand.hours, contact.preferences);
}
