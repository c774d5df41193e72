import { nextDayAt, zoneDayAt } from "../platform/zone-time.ts";
import { type Fit, fitting } from "./fit.ts";
import type { Ask, Missed, SlotClock, Taken, Track } from "./slot-clock.ts";
import { isAsLong, longestOf, reshaped } from "./reshape.ts";
import { runOf } from "./rate.ts";
import { isAlert, isAllowed, offersOf, type Offer, onStep, wakeOf, workerOf } from "./turn.ts";
import { horizonOf, type Shape, total } from "./window.ts";

/** Takes the next slots. Each track starts what it may once in a window, so that no window ever holds more than the rate allows. */
export function takeSlots(seen: SlotClock, ask: Ask): Taken {
  if (seen.paused) return lookedAt(ask, { is: "closed", reason: "paused" });
  const mps = Math.min(ask.mps, seen.mps ?? ask.mps);
  const longest = longestOf(seen, ask);
  const { clock, shape } = reshaped(seen, mps, longest);
  if (ask.late !== undefined) return startedLater(clock, ask, ask.late);
  const offers = offersOf(clock, ask, shape);
  const earliest = Math.min(...offers.map(({ at }) => at));
  if (earliest > ask.now + horizonOf(mps))
    return lookedAt(ask, { is: "later", until: earliest - horizonOf(mps) / 2 });
  const most = ask.isUrgent ? total(ask.segments) : wholeTracks(runOf({ mps }, isAlert(clock, ask)), shape);
  const known = offers.filter((offer) => !isStale(offer, ask));
  const fits = fitting(known, ask, { most, shape });
  if (fits.length === 0) {
    const isWorthIt = offers.some((offer) => isAllowed(offer, ask)) && known.length < offers.length;
    // What has not been seen for a whole window says nothing of when to come again.
    const isOutOfDate = ask.seenAt < ask.now - shape.milliseconds;
    return isWorthIt || isOutOfDate ? { is: "look" } : { is: "not-yet", until: wakeOf(offers, ask, shape) };
  }
  // What is urgent does not wait for a slot of its own while an earlier one may be free for all that is known.
  if (ask.isUrgent && offers.some((offer) => isStale(offer, ask) && offer.at < (fits[0]?.at ?? 0)))
    return { is: "look" };
  const given = withinCap(clock, ask, fits);
  if (given.is === "closed") return lookedAt(ask, given);
  return {
    is: "slots",
    slots: given.fits.map(({ index, at, offers: used }) => ({
      index,
      at,
      slack: slackAt(at, ask),
      tracks: used.map((offer) => offer.index),
    })),
    clock: {
      ...clock,
      tracks: tracksAfter(clock, ask, given.fits, shape),
      ...(ask.isUrgent && { urgentAt: Math.floor(ask.now) }),
      ...(isAsLong(longest, ask) && { longAt: Math.floor(ask.now / 1000) * 1000 }),
      ...(given.day && { day: given.day }),
    },
  };
}

/** As many segments as fill tracks: one that is begun with fewer needs somebody else to fill it. */
function wholeTracks(segments: number, { seats }: Shape): number {
  const each = seats[0] ?? 1;
  return Math.max(each, segments - (segments % each));
}

/**
 * Who misses a slot has used nothing yet: its tracks wait for it, where a new slot would leave their seats empty. They do so
 * together or not at all: one that was taken meanwhile has no room any more for its part of a long text.
 */
function startedLater(clock: SlotClock, ask: Ask, { at: late, tracks: missed }: Missed): Taken {
  const isStillOurs = (index: number) => {
    const track = clock.tracks[index];
    return track?.at === late && workerOf(track.by) === workerOf(ask.by);
  };
  if (missed.length === 0 || !missed.every(isStillOurs)) return { is: "gone" };
  const at = onStep(ask.now + ask.lead);
  const slack = slackAt(at, ask);
  const tracks = clock.tracks.map((track, index) =>
    track && missed.includes(index) ? { ...track, at, slack: Math.max(track.slack, slack) } : track,
  );
  return { is: "slots", slots: [{ index: 0, at, slack, tracks: missed }], clock: { ...clock, tracks } };
}

function tracksAfter(clock: SlotClock, ask: Ask, fit: readonly Fit[], shape: Shape): SlotClock["tracks"] {
  const tracks = [...clock.tracks];
  const left = total(ask.segments) + ask.toCome - total(fit.map(({ index }) => ask.segments[index] ?? 1));
  for (const { at, offers, index } of fit) {
    const segments = ask.segments[index] ?? 1;
    // A text longer than the whole window holds the sender until its share of time is over.
    const longer = (Math.max(0, segments - shape.segments) * shape.milliseconds) / shape.segments;
    const used = onStep(at + longer);
    let rest = Math.min(segments, shape.segments);
    for (const offer of offers) {
      const before = tracks[offer.index];
      // What has seats left has started some, or is to: they count until a window after whatever starts last.
      const isBegun = offer.seats < (shape.seats[offer.index] ?? 1);
      const more = Math.min(rest, offer.seats);
      rest -= more;
      const slack = slackAt(at, ask);
      tracks[offer.index] =
        before && isBegun
          ? filledUp({ ...before, at: used }, { more, slack, by: ask.by })
          : { at: used, segments: more, slack, ...ownerAfter(before, offer, ask, left > 0) };
    }
  }
  return tracks;
}

/** What starts beside others leaves the track to whom it belongs; it may be later than they are. */
function filledUp(
  before: Track,
  { more, slack, by }: { readonly more: number; readonly slack: number; readonly by: string },
): Track {
  const isLent = before.isLent || workerOf(before.by) !== workerOf(by);
  return { ...before, segments: before.segments + more, slack: Math.max(before.slack, slack), isLent };
}

function ownerAfter(
  before: Track | undefined,
  { isHeld }: Offer,
  ask: Ask,
  hasMore: boolean,
): Pick<Track, "by" | "isLent" | "isHeld"> {
  const isLent = ask.isUrgent && before !== undefined && isHeld;
  return { by: isLent ? before.by : ask.by, isLent, isHeld: isLent || (hasMore && !ask.isUrgent) };
}

/** A slot that is there at once may be over before the answer is: the call may be late by as much again. */
function slackAt(at: number, { now, lead, slack }: Ask): number {
  return at <= now + lead + 1 ? slack + lead : slack;
}

/** An answer that ends the asking is given by what stands there now. */
function lookedAt(ask: Ask, answer: Taken): Taken {
  return isOld(ask) ? { is: "look" } : answer;
}

/** What another desk may have taken meanwhile has to be looked at before it is taken. */
function isStale({ isMine, from }: Offer, ask: Ask): boolean {
  const isSeen = ask.seenAt >= from - justNowMilliseconds;
  // Whoever comes late to a track of its own has to expect that it was taken over.
  if (isMine) return !isSeen && ask.now > from + ask.lead;
  return isOld(ask) || (from <= ask.now && !isSeen);
}

/** What was seen longer ago may have changed; a table that is slow is given its time. */
const freshMilliseconds = 50;
/** What a worker has just learnt of its timing moves its turns by a little. */
const justNowMilliseconds = 10;

function isOld({ now, seenAt, lead }: Ask): boolean {
  return seenAt < now - Math.max(freshMilliseconds, 2 * lead);
}

type Capped =
  | { readonly is: "open"; readonly fits: readonly Fit[]; readonly day?: SlotClock["day"] }
  | Extract<Taken, { readonly is: "closed" }>;

/** As much as there is room for on the cap's own calendar day. */
function withinCap({ day }: SlotClock, { cap, now, segments }: Ask, fits: readonly Fit[]): Capped {
  if (!cap) return { is: "open", fits };
  const today = zoneDayAt(now, cap.zone);
  let used = day?.name === today ? day.used : 0;
  const some = fits.filter(({ index }) => {
    const more = segments[index] ?? 1;
    if (used + more > cap.segments) return false;
    used += more;
    return true;
  });
  if (some.length === 0) return { is: "closed", reason: "daily-cap", until: nextDayAt(now, cap.zone) };
  return { is: "open", fits: some, day: { name: today, used } };
}
