import type { History, Place } from "./history.store.ts";
import type { Message, Status } from "./message.ts";
import type { OpenPlace, PageOfOpen } from "./open-messages.store.ts";
import { isFinished } from "./status.ts";

/** Which messages are asked for. */
export interface Wanted {
  readonly status?: Status | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly limit: number;
}

/** A part of a list; `next` is where the rest of it starts. */
export interface Part<P> {
  readonly messages: Message[];
  readonly next?: P | undefined;
}

/** Most messages one request looks at; a part may be short, or empty, and yet have a next one. */
const lookedAtLimit = 500;

/** Messages to a contact, newest first. */
export function listOfContact(
  contactId: string,
  wanted: Wanted,
  start: Place | undefined,
  history: Pick<History, "page">,
): Promise<Part<Place>> {
  const { from, to } = wanted;
  return listed(wanted, start, async (limit, after) => {
    const { entries, next } = await history.page(contactId, { limit, after, from, to });
    return { messages: entries.filter((entry): entry is Message => !("meaning" in entry)), next };
  });
}

/** Messages to anybody that have not ended. */
export function listOfOpen(
  wanted: Wanted,
  start: OpenPlace | undefined,
  pageOfOpen: PageOfOpen,
): Promise<Part<OpenPlace>> {
  return listed(wanted, start, async (limit, from) => {
    const { messages, next } = await pageOfOpen(limit, from);
    return { messages: messages.filter((one) => !isFinished(one)), next };
  });
}

/** Asks for no more than is still wanted, so that what was read is also answered. */
export async function listed<P>(
  { status, from = 0, to = Infinity, limit }: Wanted,
  start: P | undefined,
  pageOf: (limit: number, from: P | undefined) => Promise<Part<P>>,
): Promise<Part<P>> {
  const messages: Message[] = [];
  let place = start;
  for (let looked = 0; looked < lookedAtLimit;) {
    const asked = Math.min(100, limit - messages.length);
    const page = await pageOf(asked, place);
    messages.push(
      ...page.messages.filter(
        (one) => (!status || one.status === status) && one.createdAt >= from && one.createdAt <= to,
      ),
    );
    place = page.next;
    if (!place || messages.length >= limit) break;
    looked += asked;
  }
  return { messages, ...(place && { next: place }) };
}
