import type * as z from "zod";
import type { Business } from "../business/business.ts";
import type { Clock } from "../platform/clock.ts";
import { Problem } from "../platform/problem.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { NewCampaign } from "./campaigns.routes.ts";

/** What creating a campaign works with. */
export interface CreateUsing {
  readonly campaigns: Pick<CampaignStore, "create" | "find">;
  readonly business: Pick<Business, "categories">;
  readonly clock: Clock;
}

/** How far ahead a campaign may start. */
const aheadLimit = 366 * 24 * 3_600_000;

/** Creates a campaign; a retry under the same id finds it. */
export async function createCampaign(
  { name, category, content, startAt }: z.infer<typeof NewCampaign>,
  id: string,
  { campaigns, business, clock }: CreateUsing,
): Promise<Campaign> {
  if (!business.categories.some((one) => one.id === category))
    throw new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const now = clock.now();
  const start = startAt === undefined ? undefined : Date.parse(startAt);
  if (start !== undefined && start > now + aheadLimit)
    throw new Problem("body.invalid", [{ field: "startAt", message: "is more than a year ahead" }]);
  const campaign: Campaign = {
    id,
    name,
    category,
    content,
    ...(start !== undefined && { startAt: start }),
    state: "draft",
    createdAt: now,
    version: 1,
  };
  return (await campaigns.create(campaign)) ? campaign : ((await campaigns.find(id)) ?? campaign);
}
