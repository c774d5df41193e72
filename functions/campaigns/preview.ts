import { segmentsOf } from "../channels/segments.ts";
import type { Business } from "../business/business.ts";
import { contentOn } from "../messages/content.ts";
import type { MediaUsing } from "../messages/media-check.ts";
import type { Message } from "../messages/message.ts";
import type { PeopleStore, Person } from "../messages/people.store.ts";
import { type Decided, type DecideUsing, decisionFor } from "../messages/routing.ts";
import { inLanes } from "../platform/lanes.ts";
import { Problem } from "../platform/problem.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import { fileWarnings } from "./files.ts";
import { type FiguresUsing, figuresFrom, type Outlook } from "./figures.ts";
import type { Page } from "./page.ts";
import type { Preview } from "./preview-view.ts";
import type { Tally } from "./tally.ts";
import { type Write, writerFor, type WriteUsing } from "./write.ts";

/** What previewing works with. */
export interface PreviewUsing extends Omit<DecideUsing, "gates">, WriteUsing, MediaUsing, FiguresUsing {
  readonly business: Business;
  readonly campaigns: Pick<CampaignStore, "findPage" | "listTallies">;
  readonly people: Pick<PeopleStore, "find">;
}

/** Pages that a sample is taken from, at most. */
const sampledPages = 40;
/** Pages read at once, and people decided on. */
const width = 8;

/** Decides on recipients as a launch would, and sends nothing. */
export async function preview(
  campaign: Campaign,
  { page, sample }: { readonly page?: number | undefined; readonly sample: number },
  using: PreviewUsing,
): Promise<Preview> {
  const tallies = await using.campaigns.listTallies(campaign.id);
  const meant = page === undefined ? tallies : tallies.filter((one) => one.page === page);
  if (page !== undefined && meant.length === 0)
    throw new Problem("request.invalid", [{ field: "page", message: "is not there" }]);
  const looked = await lookedAt(campaign, meant, page === undefined ? sample : Infinity, using);
  const people = await using.people.find(looked.map(({ id }) => id));
  const write = await writerFor(campaign, using);
  const outlooks = await inLanes(looked, width, (recipient) =>
    outlookFor(recipient, people.get(recipient.id), { campaign, write }, using),
  );
  const carriers = new Set(
    outlooks.flatMap(({ steps }) =>
      steps.flatMap(({ channel, senderId }) => (channel === "mms" ? senderId : [])),
    ),
  );
  const senders = using.business.senders.filter(({ id }) => carriers.has(id));
  const drafts = outlooks.map(({ draft }) => draft);
  return {
    ...(await figuresFrom(meant, outlooks, using)),
    warnings: await fileWarnings(drafts, senders, using),
  };
}

/** Somebody who is looked at, and the page they stand on. */
interface Recipient {
  readonly id: string;
  readonly page: Page;
}

/** How recipients are written to. */
interface Letter {
  readonly campaign: Campaign;
  readonly write: Write;
}

/** Contacts spread evenly over pages that are spread evenly over all of them. */
async function lookedAt(
  { id }: Campaign,
  tallies: readonly Tally[],
  sample: number,
  { campaigns }: PreviewUsing,
): Promise<readonly Recipient[]> {
  const filled = tallies.filter(({ recipients }) => recipients > 0);
  const chosen = spread(filled, Math.min(sampledPages, sample));
  const each = Math.ceil(sample / Math.max(1, chosen.length));
  const pages = await inLanes(chosen, width, ({ page }) => campaigns.findPage(id, page));
  return pages
    .flatMap((page) =>
      page ? spread(page.recipients, each).map((recipient) => ({ id: recipient, page })) : [],
    )
    .slice(0, sample);
}

function spread<T>(all: readonly T[], wanted: number): readonly T[] {
  if (all.length <= wanted) return all;
  return Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)]).filter(
    (one) => one !== undefined,
  );
}

async function outlookFor(
  { id, page }: Recipient,
  person: Person | undefined,
  { campaign, write }: Letter,
  using: PreviewUsing,
): Promise<Outlook> {
  if (!person) throw new Error(`Nobody was read for ${id}`);
  const now = Math.max(using.clock.now(), campaign.startAt ?? 0);
  const draft = await write(id, person.contact, page, now);
  const text = segmentsOf(contentOn("sms", draft).text);
  if (draft.status === "suppressed")
    return { draft, text, steps: [], suppressed: draft.reason ?? draft.status };
  const first = await decidedAt(now, draft, person, using);
  if (first.is !== "hold") return { draft, text, ...outlookOf(first) };
  // As if it were written then: its time does not run out meanwhile.
  const later = await write(id, person.contact, page, first.until);
  return {
    draft,
    text,
    ...outlookOf(await decidedAt(first.until, later, person, using)),
    held: first.reason,
  };
}

async function decidedAt(
  now: number,
  draft: Message,
  { contact, gate }: Person,
  using: PreviewUsing,
): Promise<Decided> {
  const clock = { ...using.clock, now: () => now };
  const gates = { find: async () => gate };
  return decisionFor(draft, async () => contact, { ...using, clock, gates });
}

function outlookOf(decided: Decided): Omit<Outlook, "draft" | "text"> {
  if (decided.is === "send") return { steps: decided.plan.steps };
  if (decided.is === "suppress") return { steps: [], suppressed: decided.reason };
  return { steps: [], held: "reason" in decided ? decided.reason : decided.is };
}
