import * as z from "zod/mini";
import type { SlotClock, Track } from "./slot-clock.ts";
import { slotStep } from "./turn.ts";

/** What an item holds: DynamoDB bills each kilobyte of every write, and a fast sender has forty tracks. */
export type ClockItem = Readonly<Record<string, string | number>>;

/** What an operator says, and what the tracks are made for: no slot is given that does not know of it. */
const Orders = z.object({
  f: z.optional(z.number()),
  l: z.optional(z.number()),
  p: z.optional(z.object({ reason: z.string(), since: z.number() })),
  m: z.optional(z.number()),
});

/** The attribute of what an operator says. */
export const ordersName = "o";
const [urgentName, longName] = ["u", "w"] as const;
/** The attributes of when an urgent message and a long text last went: a newer word on them is in nobody's way. */
export const hintNames: ReadonlySet<string> = new Set([urgentName, longName]);

const Kept = z.catchall(
  z.object({
    [ordersName]: z._default(z.string(), "{}"),
    d: z.optional(z.string()),
    n: z._default(z.number(), 0),
    [urgentName]: z.optional(z.number()),
    [longName]: z.optional(z.number()),
  }),
  z.unknown(),
);

/** The attribute of a track. No word of two letters that DynamoDB reserves begins with a k, as `to` does with a t. */
export function trackName(index: number): string {
  return `k${index.toString(36)}`;
}

/** The clock as its item keeps it. */
export function itemOf({
  tracks,
  madeFor,
  longest,
  longAt,
  urgentAt,
  day,
  paused,
  mps,
}: SlotClock): ClockItem {
  const orders: z.infer<typeof Orders> = {
    ...(madeFor !== undefined && { f: madeFor }),
    ...(longest !== undefined && { l: longest }),
    ...(paused && { p: paused }),
    ...(mps !== undefined && { m: mps }),
  };
  return {
    ...(Object.keys(orders).length > 0 && { [ordersName]: JSON.stringify(orders) }),
    ...(day && { d: day.name, n: day.used }),
    ...(urgentAt !== undefined && { [urgentName]: urgentAt }),
    ...(longAt !== undefined && { [longName]: longAt / 1000 }),
    ...Object.fromEntries(
      tracks.flatMap((track, index) => (track ? [[trackName(index), textOf(track)]] : [])),
    ),
  };
}

/** The clock in an item. */
export function clockIn(item: Readonly<Record<string, unknown>>): SlotClock {
  const { o, d, n, u, w, ...rest } = Kept.parse(item);
  const { f, l, p, m } = Orders.parse(JSON.parse(o));
  const names = Object.keys(rest).filter((name) => /^k[0-9a-z]{1,2}$/.test(name));
  const count = Math.max(0, ...names.map((name) => Number.parseInt(name.slice(1), 36) + 1));
  return {
    tracks: Array.from({ length: count }, (_, index) => trackIn(rest[trackName(index)])),
    ...(f !== undefined && { madeFor: f }),
    ...(l !== undefined && { longest: l }),
    ...(w !== undefined && { longAt: w * 1000 }),
    ...(u !== undefined && { urgentAt: u }),
    ...(d !== undefined && { day: { name: d, used: n } }),
    ...(p && { paused: p }),
    ...(m !== undefined && { mps: m }),
  };
}

/** Times are counted from here, so that they are short. */
const origin = Date.UTC(2026, 0, 1);
const slackStep = 1 / 8;
const lent = 1;
const held = 2;

/** Time and slack, then one letter each for segments and flags, and the desk. */
function textOf({ at, segments, by, isLent, isHeld, slack }: Track): string {
  const flags = (isLent ? lent : 0) + (isHeld ? held : 0);
  const [time, late, letter] = [(at - origin) / slotStep, Math.ceil(slack / slackStep), segments].map(
    (number) => Math.round(number).toString(36),
  );
  return `${time} ${late} ${letter}${flags}${by}`;
}

function trackIn(text: unknown): Track | undefined {
  if (typeof text !== "string") return undefined;
  const [time = "", late = "", rest = ""] = text.split(" ");
  const flags = Number(rest[1]);
  return {
    at: origin + Number.parseInt(time, 36) * slotStep,
    segments: Number.parseInt(rest[0] ?? "1", 36),
    by: rest.slice(2),
    isLent: (flags & lent) !== 0,
    isHeld: (flags & held) !== 0,
    slack: Number.parseInt(late, 36) * slackStep,
  };
}
