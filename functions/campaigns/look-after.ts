import { log } from "../platform/log.ts";
import type { CampaignUsing } from "./using.ts";

/** Starts campaigns that somebody was to look after by now: what has been done needs no second start, what was lost gets one. */
export async function lookAfter({
  campaigns,
  sendWork,
  clock,
}: Pick<CampaignUsing, "campaigns" | "sendWork" | "clock">): Promise<void> {
  const due = await campaigns.listReminders(clock.now());
  if (due.length > 0) log.info("campaigns-looked-after", { count: due.length });
  await sendWork(due.map((campaignId) => ({ do: "start", campaignId })));
}
