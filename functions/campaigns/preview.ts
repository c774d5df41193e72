import { type Segments, segmentsOf } from "../channels/segments.ts";
import { contentOn } from "../messages/content.ts";
import { mediaWarnings, type MediaUsing } from "../messages/media-check.ts";
import type { Message } from "../messages/message.ts";
import type { PeopleStore, Person } from "../messages/people.store.ts";
import type { Step } from "../messages/plan.ts";
import { type Decided, type DecideUsing, decisionFor } from "../messages/routing.ts";
import { inLanes } from "../platform/lanes.ts";
import { Problem } from "../platform/problem.ts";
import type { Backlog } from "../senders/lane.store.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { Page } from "./page.ts";
import type { Preview } from "./preview-view.ts";
import type { Tally } from "./tally.ts";
import { type Write, writerFor, type WriteUsing } from "./write.ts";

/** What previewing works with. */
export interface PreviewUsing
  extends Omit<DecideUsing, "gates">, WriteUsing, Pick<MediaUsing, "inspectMedia"> {
  readonly campaigns: Pick<CampaignStore, "findPage" | "listTallies">;
  readonly people: Pick<PeopleStore, "find">;
  readonly backlog: (senderId: string) => Promise<Backlog>;
}

/** A step of somebody's plan, with what they would read. */
interface Sent extends Step {
  readonly text: Segments;
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
  const { category, content } = campaign;
  // What a template says is known for each recipient only.
  const warnings = content ? await mediaWarnings({ category, content }, using.business.senders, using) : [];
  return { ...(await previewFrom(meant, outlooks, using)), warnings };
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

/** What one recipient may expect: what they would read, why they wait first, and what comes of it then. */
interface Outlook {
  readonly text: Segments;
  readonly held?: string;
  readonly steps: readonly Step[];
  readonly suppressed?: string;
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
  if (draft.status === "suppressed") return { text, steps: [], suppressed: draft.reason ?? draft.status };
  const first = await decidedAt(now, draft, person, using);
  if (first.is !== "hold") return { text, ...outlookOf(first) };
  // As if it were written then: its time does not run out meanwhile.
  const later = await write(id, person.contact, page, first.until);
  return { text, ...outlookOf(await decidedAt(first.until, later, person, using)), held: first.reason };
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

function outlookOf(decided: Decided): Omit<Outlook, "text"> {
  if (decided.is === "send") return { steps: decided.plan.steps };
  if (decided.is === "suppress") return { steps: [], suppressed: decided.reason };
  return { steps: [], held: "reason" in decided ? decided.reason : decided.is };
}

async function previewFrom(
  tallies: readonly Tally[],
  outlooks: readonly Outlook[],
  using: PreviewUsing,
): Promise<Omit<Preview, "warnings">> {
  const recipients = tallies.reduce((sum, one) => sum + one.recipients, 0);
  const share = outlooks.length === 0 ? 0 : recipients / outlooks.length;
  const longest = longestOf(outlooks);
  const segmentsBy = ({ channel, text }: Sent) => (channel === "sms" ? text.count : 1);
  const priceOf = (sent: Sent) =>
    (segmentsBy(sent) * (using.business.senders.find(({ id }) => id === sent.senderId)?.costMicros ?? 0)) /
    1e6;
  const planned = outlooks.map(({ steps, text }) => steps.map((step): Sent => ({ ...step, text })));
  const firsts = planned.flatMap(([first]) => (first ? [first] : []));
  const sum = (sends: readonly Sent[], of: (sent: Sent) => number) =>
    sends.reduce((total, sent) => total + of(sent), 0) * share;
  const sends = await Promise.all(
    [...Map.groupBy(firsts, ({ channel, senderId }) => `${channel} ${senderId}`).values()].map(
      async (some) => {
        const [{ channel, senderId }] = some as [Sent];
        const waiting = await using.backlog(senderId);
        const backlog = waiting.urgent + waiting.bulk + waiting.inFlight;
        const segments = Math.round(sum(some, segmentsBy));
        const mps = using.business.senders.find(({ id }) => id === senderId)?.mps ?? 1;
        return {
          channel,
          senderId,
          messages: Math.round(some.length * share),
          segments,
          carrierUsd: sum(some, priceOf),
          backlog,
          etaSeconds: (backlog + segments) / mps,
        };
      },
    ),
  );
  return {
    recipients,
    looked: outlooks.length,
    text: { encoding: longest.encoding, segments: longest.count, units: longest.units },
    sends,
    held: reasonsOf(outlooks, ({ held }) => held, share),
    suppressed: reasonsOf(outlooks, ({ suppressed }) => suppressed, share),
    carrierUsd: sum(firsts, priceOf),
    carrierUsdAtMost: sum(planned.flat(), priceOf),
    etaSeconds: Math.max(0, ...sends.map(({ etaSeconds }) => etaSeconds)),
  };
}

/** What takes the most segments of all that were looked at. */
function longestOf(outlooks: readonly Outlook[]): Segments {
  const [longest] = outlooks.map(({ text }) => text).toSorted((one, other) => other.count - one.count);
  return longest ?? segmentsOf("");
}

function reasonsOf(
  outlooks: readonly Outlook[],
  reasonIn: (outlook: Outlook) => string | undefined,
  share: number,
): Preview["suppressed"] {
  const reasons = outlooks.flatMap((outlook) => reasonIn(outlook) ?? []);
  return [...Map.groupBy(reasons, (reason) => reason)].map(([reason, some]) => ({
    reason,
    recipients: Math.round(some.length * share),
  }));
}
