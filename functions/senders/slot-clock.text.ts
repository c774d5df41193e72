import * as z from "zod";
import { SlotClock } from "./slot-clock.ts";
import { slotStep } from "./window.ts";

/** A clock in few bytes: DynamoDB bills each kilobyte of every write, and a fast sender's clock holds a second of calls. */
const Packed = z.object({
  v: z.number().int(),
  e: z.number(),
  /** The whole millisecond that the times of calls are counted from. */
  o: z.number().int(),
  /** Batches by their place here. */
  b: z.array(z.string()),
  /** Calls one after the other: time in steps of a slot, segments, place of the batch, slack. */
  s: z.array(z.number()),
  l: z.array(z.tuple([z.number().int(), z.number().int()])),
  d: SlotClock.shape.day,
  p: SlotClock.shape.paused,
  m: SlotClock.shape.mps,
});

/** The clock as its item keeps it. */
export function textOf({ version, even, starts, line, day, paused, mps }: SlotClock): string {
  const batches = [...new Set([...starts.map(({ by }) => by), ...line.map(({ of }) => of)])];
  const place = new Map(batches.map((batch, index) => [batch, index]));
  const origin = Math.floor(Math.min(...starts.map(({ at }) => at), even));
  const packed: z.infer<typeof Packed> = {
    v: version,
    e: even,
    o: origin,
    b: batches,
    s: starts.flatMap(({ at, segments, by, slack }) => [
      Math.round((at - origin) / slotStep),
      segments,
      place.get(by) ?? 0,
      slack,
    ]),
    l: line.map(({ of, segments }) => [place.get(of) ?? 0, segments]),
    ...(day && { d: day }),
    ...(paused && { p: paused }),
    ...(mps !== undefined && { m: mps }),
  };
  return JSON.stringify(packed);
}

/** The clock in an item. */
export function clockIn(text: string): SlotClock {
  const { v, e, o, b, s, l, d, p, m } = Packed.parse(JSON.parse(text));
  const starts = Array.from({ length: s.length / 4 }, (_, index) => {
    const [at = 0, segments = 1, by = 0, slack = 0] = s.slice(4 * index, 4 * index + 4);
    return { at: o + at * slotStep, segments, by: b[by] ?? "", slack };
  });
  return {
    version: v,
    even: e,
    starts,
    line: l.map(([of, segments]) => ({ of: b[of] ?? "", segments })),
    ...(d && { day: d }),
    ...(p && { paused: p }),
    ...(m !== undefined && { mps: m }),
  };
}
