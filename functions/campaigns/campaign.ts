import * as z from "zod";
import { Content } from "../messages/content.ts";
import { TemplateId } from "../templates/template.ts";

/** What was decided of a campaign. Whether it is paused its switch says, and whether it is done its pages. */
const CampaignState = z.enum(["draft", "scheduled", "launched", "canceled"]);

/** A template that a campaign is written by: the version that was in use when it was created, and what is the same for everybody. */
const CampaignTemplate = z.object({
  id: TemplateId,
  version: z.number().int(),
  variables: z.record(z.string(), z.unknown()),
});

/** One content to many people. */
export const Campaign = z.object({
  id: z.string().startsWith("cmp_"),
  name: z.string().min(1).max(100),
  category: z.string(),
  /** What it says to everybody; without it a template does. */
  content: Content.optional(),
  template: CampaignTemplate.optional(),
  /** Not before this instant. */
  startAt: z.number().int().optional(),
  state: CampaignState,
  createdAt: z.number().int(),
  launchedAt: z.number().int().optional(),
  canceledAt: z.number().int().optional(),
  version: z.number().int(),
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
