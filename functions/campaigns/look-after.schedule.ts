import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { onSchedule } from "../platform/step.ts";
import { campaignQueue } from "./campaign-queue.store.ts";
import { campaignStore } from "./campaign.store.ts";
import { lookAfter } from "./look-after.ts";

const using = {
  campaigns: campaignStore(tables(), setting("CAMPAIGNS_TABLE")),
  sendWork: campaignQueue(setting("CAMPAIGNS_QUEUE_URL")),
  clock: systemClock,
};

/** Starts campaigns again whose start was lost or came to a stop. */
export const handler = onSchedule(() => lookAfter(using));
