import * as z from "zod/mini";
import { Content } from "../messages/content.ts";
import { TemplateId } from "../templates/template.ts";

/** What was decided of a campaign. Whether it is paused its switch says, and whether it is done its pages. */
const CampaignState = z.enum(["draft", "scheduled", "launched", "canceled"]);

/** A template that a campaign is written by: the version that was in use when it was created, and what is the same for everybody. */
const CampaignTemplate = z.object({
  id: TemplateId,
  version: z.int(),
  variables: z.record(z.string(), z.unknown()),
});

/** One content to many people. */
export const Campaign = z.object({
  id: z.string().check(z.startsWith("cmp_")),
  name: z.string().check(z.minLength(1), z.maxLength(100)),
  category: z.string(),
  /** What it says to everybody; without it a template does. */
  content: z.optional(Content),
  template: z.optional(CampaignTemplate),
  /** Not before this instant. */
  startAt: z.optional(z.int()),
  state: CampaignState,
  createdAt: z.int(),
  launchedAt: z.optional(z.int()),
  canceledAt: z.optional(z.int()),
  version: z.int(),
});
/** One content to many people. */
export type Campaign = z.infer<typeof Campaign>;

/** The campaign as its launch leaves it: it has begun, or begins at its time. One that was launched stays as it is. */
export function launched(campaign: Campaign, now: number): Campaign {
  const { state, startAt = now } = campaign;
  if (state === "launched" || state === "canceled") return campaign;
  if (startAt <= now) return { ...campaign, state: "launched", launchedAt: now };
  return state === "scheduled" ? campaign : { ...campaign, state: "scheduled" };
}

/** The campaign when it was called off: nobody is told any more who has not been told yet. */
export function canceled(campaign: Campaign, now: number): Campaign {
  return campaign.state === "canceled" ? campaign : { ...campaign, state: "canceled", canceledAt: now };
}

/** Whether its recipients are told, or are about to be. */
export function isUnderway({ state }: Campaign): boolean {
  return state === "launched" || state === "scheduled";
}
