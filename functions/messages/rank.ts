import { channelTraits, type Strength, type Trait } from "../channels/channel.ts";
import { compare, keyOf, type RouteInput, type Way } from "./candidates.ts";
import type { Points } from "./plan.ts";

/** A way with what speaks for it. */
export interface Ranked extends Way {
  readonly score: number;
  readonly points: readonly Points[];
}

const day = 24 * 3_600_000;
/** How long the last channel somebody used says something about the next. */
const lastUsedDays = 30;

/** Orders the open ways, best first: the same input in any order gives the same ranking. */
export function rank(ways: readonly Way[], input: RouteInput): readonly Ranked[] {
  return ways
    .map((way) => {
      const points = pointsFor(way, input);
      return { ...way, points, score: round(points.reduce((sum, { points: some }) => sum + some, 0)) };
    })
    .toSorted((one, other) => other.score - one.score || compare(keyOf(one), keyOf(other)));
}

function pointsFor(way: Way, input: RouteInput): Points[] {
  const rows = [immediacy, archive, needs, ubiquity, preference, lastUsed, cost].map((rule) =>
    rule(way, input),
  );
  return rows.flat().filter(({ points }) => points !== 0);
}

const words = ["no", "somewhat", "yes"] as const;

function strengthOf({ channel }: Way, trait: Trait): Strength {
  return channelTraits[channel].strengths[trait];
}

/** The Immediacy Framework's first axis: what is urgent goes where people look at once. */
function immediacy(way: Way, { category }: RouteInput): Points[] {
  const strength = strengthOf(way, "urgency");
  const reliable = strengthOf(way, "reliability");
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
function archive({ channel }: Way, { category }: RouteInput): Points[] {
  const { keeps } = channelTraits[channel];
  const because = `archival ${category.archival}, kept on the channel: ${words[keeps]}`;
  return [{ for: "archival", points: category.archival * keeps, because }];
}

function needs(way: Way, { category }: RouteInput): Points[] {
  const wanted = (["richMedia", "appContext", "privacy", "social"] as const).filter(
    (need) => category.needs[need],
  );
  return wanted.map((need) => {
    const strength = strengthOf(way, need);
    return {
      for: need,
      points: strength * 4 - 4,
      because: `category needs it, channel gives it: ${words[strength]}`,
    };
  });
}

function ubiquity(way: Way): Points[] {
  const strength = strengthOf(way, "ubiquity");
  return [
    { for: "ubiquity", points: strength * 0.5, because: `on every phone: ${words[strength]}` },
    {
      for: "app engagement",
      points: strengthOf(way, "appEngagement") * 1.5,
      because: "brings people back to the app",
    },
  ];
}

/** What the person said weighs more than anything we think. */
function preference({ channel }: Way, { contact }: RouteInput): Points[] {
  const place = contact.preferences.channels.indexOf(channel);
  if (place === -1) return [];
  return [
    {
      for: "preference",
      points: Math.max(2, 20 - place * 4),
      because: `the contact's choice number ${place + 1}`,
    },
  ];
}

/** What they answered or opened last, fading over 30 days. */
function lastUsed({ channel, address }: Way, { gate, now }: RouteInput): Points[] {
  const last = gate.lastUsed;
  if (!last || last.channel !== channel || last.addressId !== address?.id) return [];
  const days = Math.max(0, (now - last.at) / day);
  const points = Math.max(0, 3 * (1 - days / lastUsedDays));
  return [{ for: "last used", points: round(points), because: `used ${Math.floor(days)} days ago` }];
}

/** One point for each cent saved against five cents. */
function cost({ sender }: Way): Points[] {
  const cents = (sender?.costMicros ?? 0) / 10_000;
  return [
    { for: "cost", points: round(5 - Math.min(5, cents)), because: `${cents.toFixed(4)} US cents a segment` },
  ];
}

function round(points: number): number {
  return Math.round(points * 100) / 100;
}
