import type * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import { zoneDayAt } from "../platform/zone-time.ts";
import { laneStore } from "./lane.store.ts";
import { capToday, lanesOf } from "./rate.ts";
import type { Sender } from "./sender.ts";
import { senderRoutes, type SenderView } from "./senders.routes.ts";
import type { SlotClock } from "./slot-clock.ts";
import { slotStore } from "./slots.store.ts";

const dynamo = tables();
const lanes = laneStore(setting("SENDER_QUEUES"), business.senders);
const slots = slotStore(dynamo, setting("COUNTERS_TABLE"));
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Everything about senders. */
export const handler = onRoutes(
  senderRoutes,
  {
    listSenders: async () => ({
      senders: await Promise.all(business.senders.map(async (one) => view(one, await slots.find(one.id)))),
    }),
    getSender: async ({ params }) => {
      const sender = senderIn(params);
      return view(sender, await slots.find(sender.id));
    },
    pauseSender: async ({ params, body: { reason } }) => {
      const since = systemClock.now();
      return changed(senderIn(params), (clock) => ({ ...clock, paused: clock.paused ?? { reason, since } }));
    },
    resumeSender: async ({ params }) => changed(senderIn(params), ({ paused: _paused, ...clock }) => clock),
    setSenderPace: async ({ params, body: { mps } }) => {
      const sender = senderIn(params);
      if (mps !== null && mps > sender.mps)
        throw new Problem("body.invalid", [
          { field: "mps", message: `is more than the declared ${sender.mps}` },
        ]);
      return changed(sender, ({ mps: _mps, ...clock }) => (mps === null ? clock : { ...clock, mps }));
    },
  },
  once,
);

function senderIn(params: Readonly<Record<string, string>>): Sender {
  const sender = business.senders.find(({ id }) => id === params["senderId"]);
  if (!sender) throw new Problem("sender.not-found");
  return sender;
}

async function changed(
  sender: Sender,
  change: (clock: SlotClock) => SlotClock,
): Promise<z.infer<typeof SenderView>> {
  return view(sender, await slots.change(sender.id, change));
}

async function view(sender: Sender, clock: SlotClock): Promise<z.infer<typeof SenderView>> {
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
    ...(clock.mps !== undefined && { reducedTo: clock.mps }),
    ...(clock.paused && { paused: { reason: clock.paused.reason, since: isoOf(clock.paused.since) } }),
    ...todayOf(sender, clock),
    backlog,
    etaSeconds: waiting / Math.min(mps, clock.mps ?? mps),
  };
}

function todayOf(sender: Sender, { day }: SlotClock): Pick<z.infer<typeof SenderView>, "today"> {
  const now = systemClock.now();
  const cap = capToday(sender, now);
  if (!cap) return {};
  return { today: { used: day?.name === zoneDayAt(now, cap.zone) ? day.used : 0, cap: cap.segments } };
}
