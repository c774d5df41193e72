import * as z from "zod/mini";
import { EventName, eventSource } from "../platform/events.ts";
import { sortableIdFrom } from "../platform/ids.ts";

/** An event as the bus hands it on: what happened together, each with what it carries. */
export const BusEvent = z.object({
  id: z.string(),
  source: z.literal(eventSource),
  "detail-type": z.string(),
  time: z.iso.datetime(),
  detail: z.object({ happened: z.array(z.record(z.string(), z.unknown())) }),
});
/** An event as the bus hands it on. */
export type BusEvent = z.infer<typeof BusEvent>;

/** An event as an endpoint gets it: what, when, and what it carries. */
export const Envelope = z.object({
  /** The same however often it is posted: whoever has seen it may ignore it. */
  id: z.string().check(z.startsWith("evt_")),
  type: EventName,
  timestamp: z.iso.datetime(),
  data: z.record(z.string(), z.unknown()),
});
/** An event as an endpoint gets it. */
export type Envelope = z.infer<typeof Envelope>;

/** What endpoints get of an event, one for each thing that happened; nothing for one that we do not tell of. */
export function envelopesOf({ id, time, detail, ...event }: BusEvent): readonly Envelope[] {
  const type = EventName.safeParse(event["detail-type"]);
  if (!type.success) return [];
  const at = Date.parse(time);
  return detail.happened.map((data, place) => ({
    id: sortableIdFrom("evt", at, `${id}/${place}`),
    type: type.data,
    timestamp: new Date(at).toISOString(),
    data,
  }));
}
