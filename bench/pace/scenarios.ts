import type { Scenario } from "./scenario.ts";

/** A scenario and how many seconds its messages would take at exactly the allowed rate. */
export interface Measured extends Scenario {
  /** What goes wrong or changes, in words. */
  readonly about: string;
  readonly ideal: number;
}

const messages = 100_000;
const mps = 10;
const ideal = messages / mps;
const day = 86_400;

/** Segments as they come in practice: mostly one, some two and three, few more. */
const mixed = (index: number) => [1, 1, 1, 1, 2, 1, 1, 3, 1, 5][index % 10] ?? 1;
const segmentsMixed = 17 / 10;

/** Everything that is measured; `share` makes all of it smaller. */
export function scenarios(share: number): readonly Measured[] {
  const some = (count: number) => Math.max(20, Math.round(count * share));
  const all = some(messages);
  const at = (seconds: number) => Math.round(seconds * share);
  const of = (scenario: Omit<Measured, "ideal" | "mps" | "messages"> & Partial<Measured>): Measured => ({
    mps,
    messages: all,
    ideal: ideal * share,
    ...scenario,
  });
  const rate = (rateMps: number, count: number) =>
    of({
      name: `${rateMps} mps`,
      about: "nothing goes wrong",
      mps: rateMps,
      messages: some(count),
      ideal: some(count) / rateMps,
    });
  return [
    of({ name: "clean", about: "nothing goes wrong" }),
    of({
      name: "urgent",
      about: "a one-time code every 20 seconds behind the backlog",
      urgentEvery: 20,
      ideal: (ideal + ideal / 200) * share,
    }),
    of({ name: "deaths", about: "one batch in a hundred loses its worker, in the first 80 %", deaths: 0.01 }),
    of({ name: "late timers", about: "one timer in a thousand fires up to 600 ms late", lateTimers: 0.001 }),
    of({ name: "later timers", about: "one timer in a hundred fires up to 600 ms late", lateTimers: 0.01 }),
    of({
      name: "laptop",
      about:
        "all batches in one worker at 100 a second, a one-time code every 2 seconds, one timer in a hundred late",
      mps: 100,
      isOneWorker: true,
      lateTimers: 0.01,
      urgentEvery: 2,
      ideal: (ideal / 10 + ideal / 2000) * share,
    }),
    of({ name: "skew", about: "workers' clocks differ by up to half a millisecond", skew: 0.5 }),
    of({ name: "slow tables", about: "one table call in a thousand takes up to 5 s", slowTables: 0.001 }),
    of({ name: "slower tables", about: "one table call in a hundred takes up to 5 s", slowTables: 0.01 }),
    of({ name: "always slow tables", about: "every table call takes 80 to 150 ms", tablesTake: [80, 150] }),
    of({ name: "slow provider", about: "calls take 0.4 to 1.6 s", providerTakes: [400, 1600] }),
    of({ name: "busy provider", about: "one call in a hundred is told to come back", busyReplies: 0.01 }),
    of({
      name: "segments",
      about: "texts of one to five segments",
      segmentsOf: mixed,
      messages: some(messages / segmentsMixed),
      ideal: (some(messages / segmentsMixed) * segmentsMixed) / mps,
    }),
    of({
      name: "segments, urgent",
      about: "the same texts, and a one-time code every 20 seconds",
      segmentsOf: mixed,
      urgentEvery: 20,
      messages: some(messages / segmentsMixed),
      ideal: (some(messages / segmentsMixed) * segmentsMixed) / mps,
    }),
    of({
      name: "slowed down",
      about: "an operator halves the rate for 1,000 s",
      orders: [
        { at: at(2000), change: (clock) => ({ ...clock, mps: mps / 2 }) },
        { at: at(3000), change: ({ mps: _mps, ...clock }) => clock },
      ],
      ideal: (ideal + 500) * share,
    }),
    of({
      name: "paused",
      about: "an operator stops the sender for 600 s",
      orders: [
        { at: at(2000), change: (clock) => ({ ...clock, paused: { reason: "bench", since: 0 } }) },
        { at: at(2600), change: ({ paused: _paused, ...clock }) => clock },
      ],
      ideal: (ideal + 600) * share,
    }),
    of({
      name: "daily cap",
      about: "2,000 segments a day by the calendar of Los Angeles",
      messages: 5000,
      sender: { perDay: { segments: 2000, zone: "America/Los_Angeles" } },
      // It starts at nine in the morning there: the second midnight opens the third day.
      ideal: 15 * 3600 + day + 100,
    }),
    of({
      name: "warm-up",
      about: "500, 1,500, then 4,000 a day by UTC",
      messages: 5000,
      sender: { warmUp: { startsOn: "2026-11-23", zone: "UTC", perDay: [500, 1500, 4000] } },
      ideal: 7 * 3600 + day + 300,
    }),
    rate(0.1, 1000),
    rate(0.5, 3000),
    rate(1, 5000),
    rate(3, 10_000),
    rate(30, 100_000),
    rate(100, 100_000),
    rate(400, 200_000),
  ];
}
