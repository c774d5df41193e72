import { inParts } from "../platform/in-parts.ts";
import type { Ask, SlotClock, Track } from "./slot-clock.ts";
import { onStep } from "./turn.ts";
import { type Shape, shapeOf } from "./window.ts";

/** How long tracks keep their room for a long text after the last one. */
const longMemoryMilliseconds = 10 * 60_000;

/** The longest text that is to go or went not long ago: a text that finds room on one track waits for no other. */
export function longestOf({ longest = 1, longAt }: SlotClock, { segments, now }: Ask): number {
  const lately = longAt !== undefined && now - longAt < longMemoryMilliseconds ? longest : 1;
  return Math.max(lately, ...segments);
}

/** Whether it is by this ask that tracks have the room they have. */
export function isAsLong(longest: number, { segments }: Ask): boolean {
  return longest > 1 && segments.includes(longest);
}

/** The clock with tracks as the rate and the texts want them. */
export function reshaped(
  clock: SlotClock,
  mps: number,
  longest: number,
): { readonly clock: SlotClock; readonly shape: Shape } {
  const shape = shapeOf(mps, longest);
  const { madeFor, longest: had = 1, ...rest } = clock;
  if (madeFor === mps && had === longest) return { clock, shape };
  const made = { ...rest, madeFor: mps, ...(longest > 1 && { longest }) };
  const before = madeFor === undefined ? undefined : shapeOf(madeFor, had);
  return { clock: { ...made, tracks: tracksFor(shape, clock.tracks, before) }, shape };
}

function tracksFor(
  shape: Shape,
  tracks: SlotClock["tracks"],
  before: Shape | undefined,
): SlotClock["tracks"] {
  if (!before) return shape.seats.map(() => undefined);
  const isSameWindow = before.milliseconds === shape.milliseconds;
  if (isSameWindow && before.seats[0] === shape.seats[0])
    return spread(tracks, before.seats.length, shape.seats.length);
  if (isSameWindow && before.segments === shape.segments) return regrouped(tracks, before, shape);
  return allAfterTheLast(tracks, shape);
}

/** Those that are kept are spread evenly; what is not needed now keeps its history at the end. */
function spread(tracks: SlotClock["tracks"], had: number, count: number): SlotClock["tracks"] {
  if (count >= had)
    return Array.from({ length: Math.max(count, tracks.length) }, (_, index) => tracks[index]);
  const kept = Array.from({ length: count }, (_, index) => Math.floor((index * had) / count));
  const others = [...tracks.keys()].filter((index) => !kept.includes(index));
  return [...kept, ...others].map((index) => tracks[index]);
}

/** Seats that are free one after the other make a track; those of one that is divided go apart. */
function regrouped(tracks: SlotClock["tracks"], before: Shape, shape: Shape): SlotClock["tracks"] {
  const seats = inOrder(
    before.seats.flatMap((count, index) =>
      Array.from({ length: count }, (_, place) => apart(tracks[index], place, before, shape)),
    ),
  );
  // Those that were never used are free before all others.
  const unused = Array.from({ length: before.segments - seats.length }, () => undefined);
  return inParts([...unused, ...seats], shape.seats[0] ?? 1).map((some) => {
    const last = some.at(-1);
    return last && { ...last, segments: some.length, ...nobodys };
  });
}

function apart(track: Track | undefined, place: number, before: Shape, shape: Shape): Track | undefined {
  if (!track || before.seats.length >= shape.seats.length) return track;
  return { ...track, at: onStep(track.at + place * shape.gap) };
}

/** Nothing goes before the last window is over. */
function allAfterTheLast(tracks: SlotClock["tracks"], shape: Shape): SlotClock["tracks"] {
  const last = inOrder(tracks).at(-1);
  const used = last && { ...last, ...nobodys };
  return shape.seats.map(() => used);
}

/** A track that is made anew belongs to no desk. */
const nobodys = { by: "", isLent: false, isHeld: false } as const;

/** Those that were used, in the order in which they are free again. */
function inOrder(tracks: SlotClock["tracks"]): readonly Track[] {
  return tracks
    .flatMap((track) => track ?? [])
    .toSorted((one, other) => one.at + one.slack - other.at - other.slack);
}
