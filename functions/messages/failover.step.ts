import { business } from "../../heliograph.config.ts";
import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { onStep } from "../platform/step.ts";
import { laneStore } from "../senders/lane.store.ts";
import { isUrgentIn } from "./category-of.ts";
import { cohortList } from "./cohort-list.store.ts";
import { CohortRequest, failover } from "./failover.ts";
import { messageStore } from "./message.store.ts";

const dynamo = tables();
const using = {
  cohorts: cohortList(dynamo, setting("MESSAGES_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  handAllToSenders: laneStore(setting("SENDER_QUEUES"), business.senders).handAllToSenders,
  isUrgent: isUrgentIn(business),
  clock: systemClock,
};

/** Starts the next step of everybody whose cohort's time has come. */
export const handler = onStep(CohortRequest, (request) => failover(request, using));
