import type { Ask, SlotClock, Track } from "./slot-clock.ts";
import { type Shape, total } from "./window.ts";

/** Clocks of two machines may differ by this much: Amazon Time Sync keeps them well within a millisecond. */
const guardMilliseconds = 1;
/** Times of tracks are multiples of this many milliseconds. */
export const slotStep = 1 / 64;
/** How long after an urgent message another one is expected. */
const alertMilliseconds = 10 * 60_000;
/** Slots are asked for this long before an answer has to be there; longer while nothing urgent is to be let in. */
const aheadMilliseconds = 15;
/** A look and an answer, and once more an answer: whoever takes over what was not asked for is still in time. */
const leadsAhead = 3;
const shortestTakeOverMilliseconds = 8;
/** A batch without a track of its own waits for so many windows before it takes one of another. */
const patienceWindows = 1.2;

/** What one track offers to whoever asks. */
export interface Offer {
  readonly index: number;
  readonly seats: number;
  /** When its segments are to start. */
  readonly at: number;
  /** When they could at the earliest, if evenness did not matter. */
  readonly free: number;
  /** From when on it may be asked for. */
  readonly from: number;
  /** When it is worth a look; never, where that is somebody else's part. */
  readonly wake: number;
  readonly by: string | undefined;
  readonly isMine: boolean;
  readonly isHeld: boolean;
  readonly isIdle: boolean;
}

/** Whether something urgent came not long ago. */
export function isAlert({ urgentAt }: SlotClock, { now, isUrgent }: Ask): boolean {
  return isUrgent || (urgentAt !== undefined && now - urgentAt < alertMilliseconds);
}

/**
 * What the tracks offer. A desk asks for its own ones just before they are due. What its owner did not ask for is taken
 * over by the desk whose tracks come before, and, once its owner has no more to send, by those that have none and those
 * that are left with no more than it has room for.
 */
export function offersOf(clock: SlotClock, ask: Ask, shape: Shape): readonly Offer[] {
  const tracks = shape.seats.map((_, index) => clock.tracks[index]);
  const holding = holdingOf(tracks);
  const mostHeld = Math.max(0, ...holding.values());
  const hasOwn = holding.has(ask.by);
  const isImpatient = !hasOwn && ask.now - ask.since >= patienceWindows * shape.milliseconds;
  const ahead = leadsAhead * ask.lead + aheadMilliseconds;
  const takeOver = Math.max(shortestTakeOverMilliseconds, ask.lead);
  const soon = ask.now + ask.lead;
  const wanted = total(ask.segments) + ask.toCome;
  // Whoever is left with less than a whole track takes one so early that its desk, or whoever asks just before, can fill it.
  const early = shape.gap + 2 * ask.lead;
  const nextEven = evenTimes(tracks, ask, shape);
  const offers = tracks.map((track, index): Offer => {
    const free = track ? freeAt(track, ask, shape) : 0;
    const isIdle = hasRested(free, ask, shape);
    const due = isIdle ? nextEven() : free;
    const at = onStep(Math.max(due, soon));
    const isMine = track?.by === ask.by;
    const owner = { by: track?.by, isMine, isHeld: track?.isHeld ?? false };
    const times = { at, free: onStep(Math.max(free, soon)) };
    const seats = shape.seats[index] ?? 1;
    const offer = { index, seats, isIdle, ...times, ...owner };
    // Seats that were left empty are anybody's for as long as the start is still to come; whose track it is says nothing then.
    if (track && track.segments < seats && track.at >= soon)
      return {
        ...offer,
        seats: seats - track.segments,
        at: track.at,
        free: track.at,
        by: undefined,
        from: 0,
        wake: Infinity,
      };
    const turn = due - ahead - (wanted < seats ? early : 0);
    if (isMine || isIdle || !track) return { ...offer, from: turn, wake: turn };
    if (isImpatient && (mostHeld < 2 || holding.get(track.by) === mostHeld)) {
      const before = turn - takeOver * (1 + shareOf(ask.by));
      return { ...offer, from: before, wake: before };
    }
    const isNext = followsMine(tracks, index, ask.by);
    const isEnding = wanted <= seats;
    if (isNext || (!track.isHeld && (!hasOwn || isEnding))) {
      const after = turn + takeOver * (isNext ? 1 : (hasOwn ? 2 : 1) + shareOf(ask.by));
      return { ...offer, from: after, wake: after };
    }
    return { ...offer, from: due + shape.gap / 2, wake: Infinity };
  });
  return withoutOthers(offers, ask);
}

/**
 * After a rest, or when all are late, everybody would take the same track first. Those who met there go on at different ones,
 * further and further apart; what is urgent does not wait for that.
 */
function withoutOthers(offers: readonly Offer[], ask: Ask): readonly Offer[] {
  const { met = 0, by, isUrgent } = ask;
  if (met === 0 || isUrgent) return offers;
  const open = offers
    .map((offer) => (offer.isIdle ? { ...offer, from: ask.now } : offer))
    .toSorted((one, other) => one.at - other.at);
  const shared = open.filter((offer) => !offer.isMine && isAllowed(offer, ask));
  const left = new Set(
    shared.slice(0, Math.floor(shareOf(`${by}/${met}`) * Math.min(shared.length, 2 ** met))),
  );
  return open.filter((offer) => !left.has(offer));
}

/** Whether a track may be asked for now. */
export function isAllowed({ from }: Offer, { isUrgent, now }: Ask): boolean {
  return isUrgent || from <= now;
}

/** When to ask again. */
export function wakeOf(offers: readonly Offer[], ask: Ask, shape: Shape): number {
  const patience = offers.some(({ isMine }) => isMine)
    ? Infinity
    : ask.since + patienceWindows * shape.milliseconds;
  const wake = Math.min(...offers.map((offer) => offer.wake));
  return Math.min(wake, patience > ask.now ? patience : Infinity, ask.now + shape.milliseconds);
}

/** Whether a whole window has passed in which a track could have been used and was not. */
function hasRested(free: number, { now }: Ask, { milliseconds }: Shape): boolean {
  return free + milliseconds < now;
}

/** After a rest tracks are spread evenly again: after the last one, or where there is a gap between the others. */
function evenTimes(tracks: readonly (Track | undefined)[], ask: Ask, shape: Shape): () => number {
  const { gap, milliseconds } = shape;
  const soon = ask.now + ask.lead;
  const phases = tracks
    .flatMap((track) =>
      track && !hasRested(freeAt(track, ask, shape), ask, shape) ? [track.at % milliseconds] : [],
    )
    .sort((one, other) => one - other);
  const latest = Math.max(0, ...tracks.map((track) => track?.at ?? 0));
  let next = latest + tracks.filter((track) => track?.at === latest).length * gap;
  const room = gap / 2 - slotStep;
  const isClear = (at: number) => {
    const phase = at % milliseconds;
    const place = placeIn(phases, phase);
    const after = phases[place] ?? (phases[0] ?? Infinity) + milliseconds;
    const before = phases[place - 1] ?? (phases.at(-1) ?? -Infinity) - milliseconds;
    return after - phase >= room && phase - before >= room;
  };
  const firstGap = () => {
    let first = isClear(soon) ? soon : soon + milliseconds;
    for (const phase of phases) {
      const at = soon + modulo(phase + gap / 2 - soon, milliseconds);
      if (at < first && isClear(at)) first = at;
    }
    return first;
  };
  return () => {
    const even = Math.max(soon, next);
    const at = isClear(even) ? even : firstGap();
    const phase = at % milliseconds;
    phases.splice(placeIn(phases, phase), 0, phase);
    next = at + gap;
    return at;
  };
}

/** Where a number belongs among sorted ones: before the first that is no smaller. */
function placeIn(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function modulo(number: number, by: number): number {
  return ((number % by) + by) % by;
}

/** The first of the times that tracks may have, from an instant on. */
export function onStep(at: number): number {
  return Math.ceil(at / slotStep) * slotStep;
}

/** When a window with the last segments of a track is over. */
function freeAt(track: Track, ask: Ask, { milliseconds }: Shape): number {
  const isSameClock = !track.isLent && workerOf(track.by) === workerOf(ask.by);
  if (!isSameClock) return track.at + track.slack + guardMilliseconds + milliseconds;
  const start = ask.startOf(track);
  if (start === "never") return track.at;
  return (start ?? track.at + track.slack) + milliseconds;
}

function holdingOf(tracks: readonly (Track | undefined)[]): ReadonlyMap<string, number> {
  const holding = new Map<string, number>();
  for (const track of tracks) if (track) holding.set(track.by, (holding.get(track.by) ?? 0) + 1);
  return holding;
}

/** Whether the tracks used before this one, by a desk that has more to send, are of the desk that asks. */
function followsMine(tracks: readonly (Track | undefined)[], index: number, by: string): boolean {
  const track = tracks[index];
  if (!track) return false;
  let before: Track | undefined;
  let last: Track | undefined;
  for (const other of tracks) {
    if (!other || other.by === track.by || (!other.isHeld && other.by !== by)) continue;
    if (other.at < track.at && (!before || other.at > before.at)) before = other;
    if (!last || other.at > last.at) last = other;
  }
  const watching = before ?? last;
  return !watching || watching.by === by;
}

/** All desks of a worker go by one clock. */
export function workerOf(desk: string): string {
  return desk.slice(0, workerLetters);
}

/** Letters that name a worker. */
export const workerLetters = 5;

/** A number from 0 to 1 that is a name's own. */
export function shareOf(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index += 1)
    hash = (Math.imul(hash, 31) + name.charCodeAt(index)) >>> 0;
  // Names that differ in one letter are to be far apart.
  return (Math.imul(hash, 0x9e3779b1) >>> 0) / 2 ** 32;
}
