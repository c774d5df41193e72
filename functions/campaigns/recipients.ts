import type * as z from "zod/mini";
import type { PeopleStore } from "../messages/people.store.ts";
import type { Clock } from "../platform/clock.ts";
import { hashOf } from "../platform/idempotency.ts";
import { Problem } from "../platform/problem.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import type { CampaignStore } from "./campaign.store.ts";
import type { SendWork } from "./campaign-work.ts";
import type { Recipients } from "./campaigns.routes.ts";
import { assertFit } from "./fit.ts";
import type { Page } from "./page.ts";
import { newTally } from "./tally.ts";

/** What adding recipients works with. */
export interface RecipientsUsing {
  readonly campaigns: CampaignStore;
  readonly people: Pick<PeopleStore, "findByExternalIds">;
  /** @default no template is known */
  readonly findTemplate?: FindTemplate;
  readonly sendWork: SendWork;
  readonly clock: Clock;
}

/** How long until somebody looks whether work that was asked for has been done. */
const lookAfterMilliseconds = 60_000;

/** Adds a page of recipients, once: the same list again finds it there. */
export async function addRecipients(
  campaignId: string,
  number: number,
  asked: z.infer<typeof Recipients>,
  using: RecipientsUsing,
): Promise<Page> {
  const campaign = await using.campaigns.find(campaignId);
  if (!campaign) throw new Problem("campaign.not-found");
  if (campaign.state === "canceled") throw new Problem("campaign.canceled");
  await assertFit(campaign, asked, using.findTemplate);
  const page = await keptPage(campaignId, number, asked, using);
  // The page counts from here on: whoever starts the campaign goes by the counts.
  await using.campaigns.replaceTally(campaignId, newTally(page, using.clock.now()));
  await takeUp(campaignId, number, using);
  return page;
}

async function keptPage(
  campaignId: string,
  number: number,
  asked: z.infer<typeof Recipients>,
  { campaigns, people }: RecipientsUsing,
): Promise<Page> {
  const said = asked.variables ? [asked.variables] : [];
  const requestHash = hashOf("recipients", JSON.stringify([asked.contactIds, asked.externalIds, ...said]));
  const kept = await campaigns.findPage(campaignId, number);
  if (kept) return theSame(kept, requestHash);
  const known = await people.findByExternalIds(asked.externalIds);
  const found = asked.externalIds.flatMap((id) => known.get(id)?.id ?? []);
  const variables = Object.entries(asked.variables ?? {}).flatMap(([id, values]) => {
    const contactId = id.startsWith("con_") ? id : known.get(id)?.id;
    return contactId === undefined ? [] : [[contactId, values] as const];
  });
  const page = {
    number,
    recipients: [...new Set([...asked.contactIds, ...found])],
    unknown: [...new Set(asked.externalIds)].filter((id) => !known.has(id)),
    ...(variables.length > 0 && { variables: Object.fromEntries(variables) }),
    requestHash,
  };
  if (await campaigns.addPage(campaignId, page)) return page;
  const other = await campaigns.findPage(campaignId, number);
  return theSame(other ?? page, requestHash);
}

function theSame(page: Page, requestHash: string): Page {
  if (page.requestHash !== requestHash) throw new Problem("page.taken");
  return page;
}

/** The campaign may have been launched or called off while the page was added, or long before. */
async function takeUp(campaignId: string, page: number, using: RecipientsUsing): Promise<void> {
  const campaign = await using.campaigns.find(campaignId);
  if (campaign?.state !== "launched" && campaign?.state !== "canceled") return;
  await using.campaigns.remind(campaignId, using.clock.now() + lookAfterMilliseconds);
  await using.sendWork([{ do: campaign.state === "launched" ? "expand" : "cancel", campaignId, page }]);
}
