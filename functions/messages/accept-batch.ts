import type * as z from "zod/mini";
import type { Contact } from "../contacts/contact.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { messageFrom, type Named, saidTo } from "./asked.ts";
import type { Accepted, AcceptUsing } from "./accept.ts";
import { newsOf } from "./effects.ts";
import type { Message } from "./message.ts";
import type { NewMessage } from "./messages.routes.ts";
import type { PeopleStore } from "./people.store.ts";
import { handAllOn, type HandAllUsing, type TakenIn, takeIn, type TakeInUsing } from "./take-in.ts";

/** What accepting a batch works with. */
export interface AcceptBatchUsing
  extends TakeInUsing, HandAllUsing, Pick<AcceptUsing, "findTemplate" | "inspectMedia" | "shorten"> {
  readonly people: PeopleStore;
  readonly publish: Publish;
}

/** One message of a batch, under its own name. */
export interface BatchItem extends Named {
  readonly asked: z.infer<typeof NewMessage>;
}

/** What became of one message of a batch. */
export type BatchResult = Accepted | Problem;

/** Takes responsibility for the messages of a batch, each for itself: what is wrong with one keeps no other from going. */
export async function acceptBatch(
  items: readonly (BatchItem | Problem)[],
  now: number,
  using: AcceptBatchUsing,
): Promise<readonly BatchResult[]> {
  const contacts = await contactsOf(items, using);
  const drafts = await Promise.all(
    items.map(async (item) => (item instanceof Problem ? item : draftOf(item, contacts, now, using))),
  );
  const distinct = new Map(drafts.flatMap((one) => (one instanceof Problem ? [] : [[one.id, one] as const])));
  const taken = await takeIn([...distinct.values()], using);
  await handOver(
    taken.map(({ message }) => message),
    using,
  );
  await using.publish(taken.filter(({ isNew }) => isNew).flatMap(({ message }) => newsOf(message)));
  const byId = new Map(taken.map((one) => [one.message.id, one]));
  return drafts.map((draft) => (draft instanceof Problem ? draft : resultFor(draft, byId.get(draft.id))));
}

/** The contacts that are meant, by what they are named by. */
async function contactsOf(
  items: readonly (BatchItem | Problem)[],
  { people }: AcceptBatchUsing,
): Promise<(asked: BatchItem["asked"]) => Contact | undefined> {
  const asked = items.flatMap((item) => (item instanceof Problem ? [] : [item.asked]));
  const [known, byExternalId] = await Promise.all([
    people.find(asked.flatMap(({ contactId }) => contactId ?? [])),
    people.findByExternalIds(asked.flatMap(({ externalId }) => externalId ?? [])),
  ]);
  return ({ contactId, externalId }) =>
    contactId === undefined ? byExternalId.get(externalId ?? "") : known.get(contactId)?.contact;
}

async function draftOf(
  { asked, id, requestHash }: BatchItem,
  contactFor: (asked: BatchItem["asked"]) => Contact | undefined,
  now: number,
  using: AcceptBatchUsing,
): Promise<Message | Problem> {
  const category = using.business.categories.find((one) => one.id === asked.category);
  if (!category)
    return new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const contact = contactFor(asked);
  const field = asked.contactId === undefined ? "externalId" : "contactId";
  if (!contact) return new Problem("contact.not-found", [{ field, message: "is not known" }]);
  try {
    const said = await saidTo(contact, asked, { id, now }, using);
    return messageFrom(asked, { id, requestHash, contactId: contact.id, category, now, said });
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

/** Two messages under one key are one, unless they differ. */
function resultFor(draft: Message, found: TakenIn | undefined): BatchResult {
  if (!found) throw new Error(`Message ${draft.id} was not taken in`);
  const { message, isNew } = found;
  if (message.requestHash !== draft.requestHash) return new Problem("idempotency.mismatch");
  return { message, isReplay: !isNew };
}

/** Everything is stored, so it is ours: the sweeper finds what did not move. */
async function handOver(messages: readonly Message[], using: AcceptBatchUsing): Promise<void> {
  try {
    await handAllOn(messages, using);
  } catch (error) {
    log.error("batch-not-handed-over", error, { count: messages.length });
  }
}
