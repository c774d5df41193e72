import type * as z from "zod/mini";
import type { MediaUsing } from "../messages/media-check.ts";
import type { Clock } from "../platform/clock.ts";
import { Problem } from "../platform/problem.ts";
import { given } from "../templates/given.ts";
import { templateNamed } from "../templates/named.ts";
import type { Template, TemplateRef } from "../templates/template.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import type { Campaign } from "./campaign.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { NewCampaign } from "./campaigns.routes.ts";
import { assertFiles } from "./files.ts";

/** What creating a campaign works with. */
export interface CreateUsing extends MediaUsing {
  readonly campaigns: Pick<CampaignStore, "create" | "find">;
  /** @default no template is known */
  readonly findTemplate?: FindTemplate;
  readonly clock: Clock;
}

/** How far ahead a campaign may start. */
const aheadLimit = 366 * 24 * 3_600_000;

/** Creates a campaign; a retry under the same id finds it. */
export async function createCampaign(
  { name, category, content, template, startAt }: z.infer<typeof NewCampaign>,
  id: string,
  using: CreateUsing,
): Promise<Campaign> {
  const { campaigns, business, findTemplate, clock } = using;
  if (!business.categories.some((one) => one.id === category))
    throw new Problem("category.not-found", [{ field: "category", message: "is not declared" }]);
  const now = clock.now();
  const start = startAt === undefined ? undefined : Date.parse(startAt);
  if (start !== undefined && start > now + aheadLimit)
    throw new Problem("body.invalid", [{ field: "startAt", message: "is more than a year ahead" }]);
  const found = template && (await templateFor(template, findTemplate));
  await assertFiles({ category, content }, found, "body.invalid", using);
  const campaign: Campaign = {
    id,
    name,
    category,
    ...(content && { content }),
    ...(found && { template: { id: found.id, version: found.version, variables: template.variables } }),
    ...(start !== undefined && { startAt: start }),
    state: "draft",
    createdAt: now,
    version: 1,
  };
  return (await campaigns.create(campaign)) ? campaign : ((await campaigns.find(id)) ?? campaign);
}

/** The version that is in use now: what the campaign says does not change under way. */
async function templateFor(named: TemplateRef, findTemplate: FindTemplate | undefined): Promise<Template> {
  const found = await templateNamed(named, findTemplate);
  // What is missing may come with each recipient.
  given(found.variables, named.variables, "template.variables", { isPart: true });
  return found;
}
