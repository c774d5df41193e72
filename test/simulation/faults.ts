import { between, chanceOf } from "./chance.ts";

/** Everything that may go wrong at an await of a handler. */
export const faultKinds = [
  "crash-before",
  "crash-after",
  "throttle",
  "lost-reply",
  "failed-reply",
  "slow",
] as const;
/** What may go wrong at an await. */
export type FaultKind = (typeof faultKinds)[number];

/** Everything that may go wrong around the handlers. */
export const worldFaults = [
  "duplicate-delivery",
  "late-delivery",
  "late-timer",
  "late-schedule",
  "double-schedule",
  "lost-schedule",
  "partial-batch",
  "clock-skew",
  "older-read",
  "provider-429",
  "provider-500-sent",
  "provider-500-unsent",
  "provider-timeout-sent",
  "provider-timeout-unsent",
  "provider-unreachable",
  "provider-refuses",
  "provider-knows-opt-out",
  "provider-slow-queue",
  "receipt-lost",
  "receipt-twice",
  "receipt-late",
  "receipt-reversed",
  "proof-at-the-deadline",
  "failed-then-delivered",
  "handset-off",
] as const;
/** What may go wrong around the handlers. */
export type WorldFault = (typeof worldFaults)[number];

/** Kinds of awaits; which of them a fault may hit. */
export type PortKind = "table" | "queue" | "machine" | "schedule" | "bus" | "provider" | "timer";
const hits: Readonly<Record<FaultKind, readonly PortKind[]>> = {
  "crash-before": ["table", "queue", "machine", "schedule", "bus", "provider", "timer"],
  "crash-after": ["table", "queue", "machine", "schedule", "bus", "provider", "timer"],
  throttle: ["table", "queue", "machine", "schedule"],
  "lost-reply": ["table", "queue", "machine", "schedule"],
  "failed-reply": ["table", "queue", "machine", "schedule"],
  slow: ["table", "queue", "machine", "schedule", "bus"],
};

/** The faults of one run. */
export interface Faults {
  readonly at: (key: string, kind: PortKind) => FaultKind | undefined;
  readonly happens: (fault: WorldFault, key: string) => boolean;
  /** Everything that went wrong so far, by name: what a smaller run has to repeat. */
  readonly hit: readonly string[];
  readonly heal: () => void;
}

/**
 * Draws the faults of a seed: each kind is off in half of the runs, else it has a rate of its own (swarm testing).
 * Whether something happens depends on its name only, so leaving one fault out changes no other.
 */
export function faultsOf(seed: number, only?: ReadonlySet<string>): Faults {
  const hit: string[] = [];
  const rates = new Map([...faultKinds, ...worldFaults].map((kind) => [kind, rateOf(kind, seed)] as const));
  let isHealed = false;
  const draw = (fault: FaultKind | WorldFault, key: string, weight = 1) => {
    if (isHealed) return false;
    const name = `${fault}@${key}`;
    const happens = only ? only.has(name) : chanceOf(seed, name) < (rates.get(fault) ?? 0) * weight;
    if (happens) hit.push(name);
    return happens;
  };
  return {
    hit,
    happens: (fault, key) => draw(fault, key),
    at: (key, kind) =>
      faultKinds.find((fault) => hits[fault].includes(kind) && draw(fault, key, weightOf(key, kind))),
    heal: () => void (isHealed = true),
  };
}

/** What is awaited seldom is hit oftener, so that a thousand seeds come round to all of it. */
function weightOf(key: string, kind: PortKind): number {
  return (
    (/^(sweep|step|cohort|inbound)/.test(key) ? 2 : 1) * (kind === "machine" || kind === "schedule" ? 4 : 1)
  );
}

/** Faults of the world are rarer than awaits, so each of them may come more often. */
function rateOf(kind: FaultKind | WorldFault, seed: number): number {
  if (chanceOf(seed, `on/${kind}`) < 0.5) return 0;
  const most = (faultKinds as readonly string[]).includes(kind) ? 0.02 : 0.25;
  return between(0.002, most, seed, `rate/${kind}`);
}

/** Whether a fault can hit an await of a kind at all; the coverage table leaves out what cannot be. */
export function canHit(fault: FaultKind, kind: PortKind): boolean {
  return hits[fault].includes(kind);
}
