import { business } from "../../heliograph.config.ts";
import { gateStore } from "../consent/gate.store.ts";
import { shortenerFor } from "../links/shorten.store.ts";
import { isUrgentIn } from "../messages/category-of.ts";
import { intakeForMany } from "../messages/intake.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { peopleStore } from "../messages/people.store.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { onQueue } from "../platform/queue.ts";
import { oneTimeSchedules } from "../platform/schedules.store.ts";
import { laneStore } from "../senders/lane.store.ts";
import { boardReader } from "../switches/read.ts";
import { switchStore } from "../switches/switch.store.ts";
import { templateReader, templateStore } from "../templates/template.store.ts";
import { campaignQueue } from "./campaign-queue.store.ts";
import { campaignStore } from "./campaign.store.ts";
import { CampaignWork } from "./campaign-work.ts";
import { workOn } from "./work.ts";

const dynamo = tables();
const using = {
  campaigns: campaignStore(dynamo, setting("CAMPAIGNS_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  gates: gateStore(dynamo, setting("CONTACTS_TABLE")),
  // The gate is asked again before anything is sent.
  people: peopleStore(dynamo, setting("CONTACTS_TABLE"), "a-moment-ago"),
  switches: boardReader(switchStore(dynamo, setting("COUNTERS_TABLE")).find, systemClock),
  handAllToSenders: laneStore(setting("SENDER_QUEUES"), business.senders).handAllToSenders,
  sendAllToIntake: intakeForMany(setting("INTAKE_QUEUE_URL")),
  sendWork: campaignQueue(setting("CAMPAIGNS_QUEUE_URL")),
  sendWorkLater: oneTimeSchedules({
    group: setting("HOLDS_GROUP"),
    roleArn: setting("HOLDS_ROLE_ARN"),
    queueArn: setting("CAMPAIGNS_QUEUE_ARN"),
  }),
  isUrgent: isUrgentIn(business),
  findTemplate: templateReader(templateStore(dynamo, setting("CATALOG_TABLE")), systemClock),
  shorten: shortenerFor(setting("LINKS", ""), dynamo),
  publish: busPublisher(setting("EVENT_BUS")),
  business,
  clock: systemClock,
};

/** Starts campaigns, decides on their pages, and counts them. */
export const handler = onQueue(CampaignWork, (work) => workOn(work, using));
