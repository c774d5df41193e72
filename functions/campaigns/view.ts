import * as z from "zod/mini";
import { isoOf } from "../platform/clock.ts";
import { type Board, offFor } from "../switches/switch.ts";
import { Campaign } from "./campaign.ts";
import { isSettledPage, Standing, type Tally, totalsOf } from "./tally.ts";

const Time = z.iso.datetime();

/** A campaign as lists show it. */
export const CampaignSummary = z.object({
  id: z.string(),
  name: z.string(),
  category: z.string(),
  content: Campaign.shape.content,
  template: Campaign.shape.template,
  state: Campaign.shape.state,
  startAt: z.optional(Time),
  createdAt: Time,
  launchedAt: z.optional(Time),
  canceledAt: z.optional(Time),
});

/** A campaign as callers see it. */
export const CampaignView = z.object({
  ...CampaignSummary.shape,
  /** What it comes to at this moment. */
  status: z.enum(["draft", "scheduled", "running", "paused", "done", "canceled"]),
  /** Why and since when it is switched off. */
  paused: z.optional(z.object({ reason: z.string(), since: Time })),
  recipients: z.int(),
  /** How many recipients stand where: `waiting` are not decided yet, `duplicate` stand on an earlier page, too. */
  counts: z.record(Standing, z.int()),
  suppressedBy: z.record(z.string(), z.int()),
  /** When the page that was counted longest ago was counted. */
  countedAt: z.optional(Time),
});

/** A campaign without its recipients. */
export function summaryOf(campaign: Campaign): z.infer<typeof CampaignSummary> {
  const { id, name, category, content, template, state, createdAt, startAt, launchedAt, canceledAt } =
    campaign;
  return {
    id,
    name,
    category,
    ...(content && { content }),
    ...(template && { template }),
    state,
    createdAt: isoOf(createdAt),
    ...(startAt !== undefined && { startAt: isoOf(startAt) }),
    ...(launchedAt !== undefined && { launchedAt: isoOf(launchedAt) }),
    ...(canceledAt !== undefined && { canceledAt: isoOf(canceledAt) }),
  };
}

/** A campaign with the counts of its pages and what its switch says. */
export function viewOf(
  campaign: Campaign,
  tallies: readonly Tally[],
  board: Board,
): z.infer<typeof CampaignView> {
  const off = offFor(board, { campaign: campaign.id });
  const totals = totalsOf(tallies);
  const counts = Object.fromEntries(Standing.options.map((standing) => [standing, totals[standing] ?? 0]));
  // What has ended is counted once more only when somebody asks for it.
  const counting = tallies.filter((tally) => !isSettledPage(tally));
  const oldest = Math.min(...(counting.length > 0 ? counting : tallies).map(({ countedAt }) => countedAt));
  return {
    ...summaryOf(campaign),
    status: statusOf(campaign, tallies, off !== undefined),
    ...(off && { paused: { reason: off.reason, since: isoOf(off.since) } }),
    recipients: tallies.reduce((sum, { recipients }) => sum + recipients, 0),
    counts: CampaignView.shape.counts.parse(counts),
    suppressedBy: suppressedIn(tallies),
    ...(oldest < Infinity && { countedAt: isoOf(oldest) }),
  };
}

function statusOf(
  { state }: Campaign,
  tallies: readonly Tally[],
  isOff: boolean,
): z.infer<typeof CampaignView>["status"] {
  if (state === "draft" || state === "canceled") return state;
  if (state === "launched" && tallies.every(isSettledPage)) return "done";
  if (isOff) return "paused";
  return state === "scheduled" ? "scheduled" : "running";
}

function suppressedIn(tallies: readonly Tally[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { suppressedBy } of tallies)
    for (const [reason, count] of Object.entries(suppressedBy))
      reasons[reason] = (reasons[reason] ?? 0) + count;
  return reasons;
}
