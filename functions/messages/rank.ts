import { channelTraits, type Strength, type Trait } from "../channels/channel.ts";
import { likedFor } from "../preferences/choice.ts";
import type { Sender } from "../senders/sender.ts";
import type { RouteInput, Way } from "./candidates.ts";
import type { Category } from "./category.ts";
import type { Points } from "./plan.ts";

/** A way with what speaks for it. */
export interface Ranked extends Way {
  readonly score: number;
  readonly points: Points[];
}

const day = 24 * 3_600_000;
/** How long the last channel somebody used says something about the next. */
const lastUsedDays = 30;

/** Orders the open ways, best first; among equals the order they came in stays. */
export function rank(ways: readonly Way[], input: RouteInput): readonly Ranked[] {
  return ways.map((way) => ranked(way, input)).sort((one, other) => other.score - one.score);
}

/** What the category and the channel give, then what the person gives, then what the sender's price gives. */
function ranked(way: Way, input: RouteInput): Ranked {
  const { channel, address, sender } = way;
  const { before, beforeSum, after, afterSum } = meritsOf(input.category, sender, channel);
  const points = before.slice();
  let sum = beforeSum;
  for (const row of [preference(way, input), lastUsed(way, input)]) {
    if (!row || row.points === 0) continue;
    points.push(row);
    sum += row.points;
  }
  points.push(...after);
  return { channel, address, sender, points, score: round(sum + afterSum) };
}

/** What holds for everybody: the same category, channel and sender get the same points every time. */
interface Merits {
  readonly before: readonly Points[];
  readonly beforeSum: number;
  readonly after: readonly Points[];
  readonly afterSum: number;
}

const known = new WeakMap<Category, WeakMap<Sender, Map<string, Merits>>>();

function meritsOf(category: Category, sender: Sender, channel: Way["channel"]): Merits {
  let ofCategory = known.get(category);
  if (!ofCategory) known.set(category, (ofCategory = new WeakMap()));
  let ofSender = ofCategory.get(sender);
  if (!ofSender) ofCategory.set(sender, (ofSender = new Map()));
  let merits = ofSender.get(channel);
  if (!merits) {
    const before = [immediacy, archive, needs, ubiquity]
      .flatMap((rule) => rule(channel, category))
      .filter(counts);
    const after = [cost(sender)].filter(counts);
    merits = { before, beforeSum: sumOf(before), after, afterSum: sumOf(after) };
    ofSender.set(channel, merits);
  }
  return merits;
}

function counts({ points }: Points): boolean {
  return points !== 0;
}

function sumOf(rows: readonly Points[]): number {
  return rows.reduce((sum, { points }) => sum + points, 0);
}

const words = ["no", "somewhat", "yes"] as const;

function strengthOf(channel: Way["channel"], trait: Trait): Strength {
  return channelTraits[channel].strengths[trait];
}

/** The Immediacy Framework's first axis: what is urgent goes where people look at once. */
function immediacy(channel: Way["channel"], category: Category): Points[] {
  const strength = strengthOf(channel, "urgency");
  const reliable = strengthOf(channel, "reliability");
  return [
    {
      for: "urgency",
      points: category.urgency * strength,
      because: `urgency ${category.urgency}, channel is urgent: ${words[strength]}`,
    },
    {
      for: "reliability",
      points: category.urgency === 3 ? reliable * 3 : reliable,
      because: `channel is reliable: ${words[reliable]}`,
    },
  ];
}

/** Its second axis: what people want to find again goes where messages are kept. */
function archive(channel: Way["channel"], category: Category): Points[] {
  const { keeps } = channelTraits[channel];
  const because = `archival ${category.archival}, kept on the channel: ${words[keeps]}`;
  return [{ for: "archival", points: category.archival * keeps, because }];
}

function needs(channel: Way["channel"], category: Category): Points[] {
  const wanted = (["richMedia", "appContext", "privacy", "social"] as const).filter(
    (need) => category.needs[need],
  );
  return wanted.map((need) => {
    const strength = strengthOf(channel, need);
    return {
      for: need,
      points: strength * 4 - 4,
      because: `category needs it, channel gives it: ${words[strength]}`,
    };
  });
}

function ubiquity(channel: Way["channel"]): Points[] {
  const strength = strengthOf(channel, "ubiquity");
  return [
    { for: "ubiquity", points: strength * 0.5, because: `on every phone: ${words[strength]}` },
    {
      for: "app engagement",
      points: strengthOf(channel, "appEngagement") * 1.5,
      because: "brings people back to the app",
    },
  ];
}

/** What the person said weighs more than anything we think. */
function preference({ channel }: Way, { contact, category }: RouteInput): Points | undefined {
  const place = likedFor(contact.preferences, category).indexOf(channel);
  if (place === -1) return undefined;
  const because = `the contact's choice number ${place + 1}`;
  return { for: "preference", points: Math.max(2, 20 - place * 4), because };
}

/** What they answered or opened last, fading over 30 days. */
function lastUsed({ channel, address }: Way, { gate, now }: RouteInput): Points | undefined {
  const last = gate.lastUsed;
  if (!last || last.channel !== channel || last.addressId !== address.id) return undefined;
  const days = Math.max(0, (now - last.at) / day);
  const points = Math.max(0, 3 * (1 - days / lastUsedDays));
  return { for: "last used", points: round(points), because: `used ${Math.floor(days)} days ago` };
}

/** One point for each cent saved against five cents. */
function cost({ costMicros }: Sender): Points {
  const cents = costMicros / 10_000;
  return {
    for: "cost",
    points: round(5 - Math.min(5, cents)),
    because: `${cents.toFixed(4)} US cents a segment`,
  };
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
