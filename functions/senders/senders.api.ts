import type * as z from "zod";
import { business } from "../../heliograph.config.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { systemClock } from "../platform/clock.ts";
import { setting } from "../platform/env.ts";
import { idempotencyStore } from "../platform/idempotency.store.ts";
import { sortableIds } from "../platform/ids.ts";
import { Problem } from "../platform/problem.ts";
import { laneStore } from "./lane.store.ts";
import { lanesOf, type Sender } from "./sender.ts";
import { senderRoutes, type SenderView } from "./senders.routes.ts";

const lanes = laneStore(setting("SENDER_QUEUES"), business.senders);
const once = {
  store: idempotencyStore(tables(), setting("COUNTERS_TABLE")),
  clock: systemClock,
  ids: sortableIds,
};

/** Everything about senders. */
export const handler = onRoutes(
  senderRoutes,
  {
    listSenders: async () => ({ senders: await Promise.all(business.senders.map(view)) }),
    getSender: async ({ params }) => {
      const sender = business.senders.find(({ id }) => id === params["senderId"]);
      if (!sender) throw new Problem("sender.not-found");
      return view(sender);
    },
  },
  once,
);

async function view(sender: Sender): Promise<z.infer<typeof SenderView>> {
  const { id, kind, identity, channels, countries, mps } = sender;
  const backlog = await lanes.backlog(id);
  const waiting = backlog.urgent + backlog.bulk + backlog.inFlight;
  return {
    id,
    kind,
    identity,
    channels,
    countries,
    mps,
    lanes: lanesOf(sender),
    backlog,
    etaSeconds: waiting / mps,
  };
}
