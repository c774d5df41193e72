import { nextDayAt, zoneDayAt } from "../platform/zone-time.ts";
import { horizonOf, isEarly, lineAfter, placeInLine, standInLine } from "./line.ts";
import type { Ask, SlotClock, Taken } from "./slot-clock.ts";
import { placed, spacingOf, stillCounting, total } from "./window.ts";

/** Takes the next slots. The segments that start within any window never exceed what the rate allows in it. */
export function takeSlots(seen: SlotClock, ask: Ask): Taken {
  const clock = corrected(seen, ask);
  if (clock.paused) return { is: "closed", reason: "paused" };
  const mps = Math.min(ask.mps, clock.mps ?? ask.mps);
  const queue = ask.isUrgent ? undefined : placeInLine(clock, ask, mps);
  if (queue && isEarly(queue, ask)) return standInLine(clock, ask, queue, mps);
  const capped = withinCap(clock, ask);
  if (capped.is === "closed") return capped;
  const { starts, even } = placed(clock, ask, mps);
  const [first = ask.now] = starts;
  if (first > ask.now + horizonOf(mps)) return { is: "later", until: first - horizonOf(mps) / 2 };
  const added = starts.map((at, index) => ({
    at,
    segments: ask.segments[index] ?? 1,
    by: ask.by,
    slack: ask.slack,
  }));
  return {
    is: "slots",
    starts,
    clock: {
      ...clock,
      version: clock.version + 1,
      even,
      starts: [...stillCounting(clock.starts, ask.now, mps), ...added],
      line: queue ? lineAfter(queue, ask) : clock.line,
      ...(capped.day && { day: capped.day }),
    },
  };
}

/** Puts what really happened in the place of what was planned; the time of a call that was not made is there for the next. */
function corrected(clock: SlotClock, { by, corrections, wasTold, mps }: Ask): SlotClock {
  const actual = new Map(corrections.map((one) => [one.planned, one.actual]));
  let unused = 0;
  const starts = clock.starts.flatMap((start) => {
    if (start.by !== by || start.slack === 0) return [start];
    if (!actual.has(start.at) && wasTold(start.at)) return [start];
    const at = actual.get(start.at);
    if (at !== undefined) return [{ ...start, at, slack: 0 }];
    unused += start.segments;
    return [];
  });
  return { ...clock, starts, even: clock.even - unused * spacingOf(Math.min(mps, clock.mps ?? mps)) };
}

type Capped =
  | { readonly is: "open"; readonly day?: SlotClock["day"] }
  | Extract<Taken, { readonly is: "closed" }>;

/** Counts what is taken on the cap's own calendar day. */
function withinCap({ day }: SlotClock, { cap, segments, now }: Ask): Capped {
  if (!cap) return { is: "open" };
  const today = zoneDayAt(now, cap.zone);
  const used = (day?.name === today ? day.used : 0) + total(segments);
  if (used > cap.segments) return { is: "closed", reason: "daily-cap", until: nextDayAt(now, cap.zone) };
  return { is: "open", day: { name: today, used } };
}
