import { segmentsOf } from "../channels/segments.ts";
import { newMessage } from "../messages/new-message.ts";
import type { PeopleStore, Person } from "../messages/people.store.ts";
import type { Step } from "../messages/plan.ts";
import { type Decided, type DecideUsing, decisionFor } from "../messages/routing.ts";
import { inLanes } from "../platform/lanes.ts";
import { Problem } from "../platform/problem.ts";
import type { Backlog } from "../senders/lane.store.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import { messageIdFor } from "./page.ts";
import type { Preview } from "./preview-view.ts";
import type { Tally } from "./tally.ts";

/** What previewing works with. */
export interface PreviewUsing extends Omit<DecideUsing, "gates"> {
  readonly campaigns: Pick<CampaignStore, "findPage" | "listTallies">;
  readonly people: Pick<PeopleStore, "find">;
  readonly backlog: (senderId: string) => Promise<Backlog>;
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
  const people = await using.people.find(looked);
  const outlooks = await inLanes(looked, width, (id) => outlookFor(id, people.get(id), campaign, using));
  return previewFrom(campaign, meant, outlooks, using);
}

/** What one recipient may expect: why they wait first, and what comes of it then. */
interface Outlook {
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
): Promise<readonly string[]> {
  const filled = tallies.filter(({ recipients }) => recipients > 0);
  const chosen = spread(filled, Math.min(sampledPages, sample));
  const each = Math.ceil(sample / Math.max(1, chosen.length));
  const pages = await inLanes(chosen, width, ({ page }) => campaigns.findPage(id, page));
  return pages.flatMap((page) => spread(page?.recipients ?? [], each)).slice(0, sample);
}

function spread<T>(all: readonly T[], wanted: number): readonly T[] {
  if (all.length <= wanted) return all;
  return Array.from({ length: wanted }, (_, index) => all[Math.floor((index * all.length) / wanted)]).filter(
    (one) => one !== undefined,
  );
}

async function outlookFor(
  contactId: string,
  person: Person | undefined,
  campaign: Campaign,
  using: PreviewUsing,
): Promise<Outlook> {
  if (!person) throw new Error(`Nobody was read for ${contactId}`);
  const now = Math.max(using.clock.now(), campaign.startAt ?? 0);
  const first = await decidedAt(now, contactId, person, campaign, using);
  if (first.is !== "hold") return outlookOf(first);
  return {
    ...outlookOf(await decidedAt(first.until, contactId, person, campaign, using)),
    held: first.reason,
  };
}

async function decidedAt(
  now: number,
  contactId: string,
  { contact, gate }: Person,
  campaign: Campaign,
  using: PreviewUsing,
): Promise<Decided> {
  const category = using.business.categories.find(({ id }) => id === campaign.category);
  if (!category) throw new Problem("category.not-found");
  const { id, content } = campaign;
  const draft = newMessage({ id: messageIdFor(id, contactId), contactId, category, content, now });
  const clock = { ...using.clock, now: () => now };
  const gates = { find: async () => gate };
  return decisionFor(draft, async () => contact, { ...using, clock, gates });
}

function outlookOf(decided: Decided): Outlook {
  if (decided.is === "send") return { steps: decided.plan.steps };
  if (decided.is === "suppress") return { steps: [], suppressed: decided.reason };
  return { steps: [], held: "reason" in decided ? decided.reason : decided.is };
}

async function previewFrom(
  { content }: Campaign,
  tallies: readonly Tally[],
  outlooks: readonly Outlook[],
  using: PreviewUsing,
): Promise<Preview> {
  const recipients = tallies.reduce((sum, one) => sum + one.recipients, 0);
  const share = outlooks.length === 0 ? 0 : recipients / outlooks.length;
  const text = segmentsOf(content.text);
  const segmentsBy = ({ channel }: Step) => (channel === "sms" ? text.count : 1);
  const priceOf = (step: Step) =>
    (segmentsBy(step) * (using.business.senders.find(({ id }) => id === step.senderId)?.costMicros ?? 0)) /
    1e6;
  const firsts = outlooks.flatMap(({ steps: [first] }) => (first ? [first] : []));
  const sum = (steps: readonly Step[], of: (step: Step) => number) =>
    steps.reduce((total, step) => total + of(step), 0) * share;
  const sends = await Promise.all(
    [...Map.groupBy(firsts, ({ channel, senderId }) => `${channel} ${senderId}`).values()].map(
      async (some) => {
        const [{ channel, senderId }] = some as [Step];
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
    text: { encoding: text.encoding, segments: text.count, units: text.units },
    sends,
    held: reasonsOf(outlooks, ({ held }) => held, share),
    suppressed: reasonsOf(outlooks, ({ suppressed }) => suppressed, share),
    carrierUsd: sum(firsts, priceOf),
    carrierUsdAtMost: sum(
      outlooks.flatMap(({ steps }) => steps),
      priceOf,
    ),
    etaSeconds: Math.max(0, ...sends.map(({ etaSeconds }) => etaSeconds)),
  };
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
