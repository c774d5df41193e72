/** What is run again and again. */
export type Work = () => unknown;

/** How long and how often to measure. */
export interface Effort {
  readonly rounds: number;
  /** CPU time each competitor gets in each round. */
  readonly milliseconds: number;
}

/** Results land here, so that no compiler can leave the work out. */
const kept: { last: unknown } = { last: undefined };

/** Microseconds of this thread's CPU for one call of each work: the median over rounds in which all of them take turns. */
export function alternating<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { rounds, milliseconds }: Effort,
): Record<Name, number> {
  const names = Object.keys(works) as Name[];
  const calls = new Map(names.map((name) => [name, callsIn(works[name], milliseconds)]));
  const samples = new Map(names.map((name): [Name, number[]] => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) samples.get(name)?.push(microsecondsOf(works[name], calls.get(name) ?? 1));
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name) ?? [])])) as Record<
    Name,
    number
  >;
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Numbers from 0 up to a limit, the same for the same seed. */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * limit);
  };
}

/** Doubles the calls until they take long enough, which also lets the compiler finish its work. */
function callsIn(work: Work, milliseconds: number): number {
  let calls = 1;
  while (microsecondsOf(work, calls) * calls < milliseconds * 1000) calls *= 2;
  return calls;
}

function microsecondsOf(work: Work, calls: number): number {
  const before = process.threadCpuUsage();
  for (let call = 0; call < calls; call += 1) kept.last = work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / calls;
}
