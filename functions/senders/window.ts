/** The window a rate is held in, and the segments allowed in it: a second, or as many as make a whole number. */
export function windowOf(mps: number): { readonly milliseconds: number; readonly segments: number } {
  for (let seconds = 1; seconds <= longestWindowSeconds && mps * seconds <= mostSegments; seconds += 1) {
    const segments = Math.round(mps * seconds);
    if (segments >= 1 && Math.abs(mps * seconds - segments) < 1e-9)
      return { milliseconds: seconds * 1000, segments };
  }
  const seconds = mps * longestWindowSeconds <= mostSegments ? longestWindowSeconds : 1;
  return { milliseconds: seconds * 1000, segments: Math.max(1, Math.floor(mps * seconds)) };
}

const longestWindowSeconds = 60;
/** Most segments of a window of several seconds: a fast sender gives up a fraction of a segment instead. */
const mostSegments = 400;

/** How a rate is divided: so many tracks, each of which may start so many segments at once in every window. */
export interface Shape {
  readonly milliseconds: number;
  /** Segments in a window. */
  readonly segments: number;
  /** Segments of each track. */
  readonly seats: readonly number[];
  /** Milliseconds between two tracks when they are evenly spread. */
  readonly gap: number;
}

/** More tracks than these would not fit into the kilobyte that one write is billed for. */
const mostTracks = 40;
/** Seats that a batch of ten fills without a rest. */
const seatsOfTrack = [1, 2, 5, 10];

const shapes = new Map<string, Shape>();

/** The tracks of a rate, each with room for texts of so many segments where the rate has room for them. */
export function shapeOf(mps: number, longest = 1): Shape {
  const name = `${mps} ${longest}`;
  const known = shapes.get(name);
  if (known) return known;
  const { milliseconds, segments } = windowOf(mps);
  const fewest = seatsOfTrack.find((seats) => segments <= seats * mostTracks) ?? 10;
  // Where there is no room for two of the longest, what one leaves empty is best filled by others beside it.
  const each = Math.max(fewest, 2 * longest > segments && longest > 1 ? segments : longest);
  const count = Math.ceil(segments / each);
  const seats = Array.from({ length: count }, (_, index) => Math.min(each, segments - index * each));
  const shape = { milliseconds, segments, seats, gap: milliseconds / count };
  shapes.set(name, shape);
  return shape;
}

/** Milliseconds between two segments of a sender. */
export function spacingOf(mps: number): number {
  return 1000 / mps;
}

/** How far off a slot may be to be waited for inside a function; three batches of a slow sender fit in. */
export function horizonOf(mps: number): number {
  return Math.min(40_000, Math.max(20_000, 3.5 * spacingOf(mps)));
}

/** The sum of some numbers. */
export function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
