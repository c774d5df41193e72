import { createHash } from "node:crypto";
import { type Agenda, newAgenda } from "./agenda.ts";
import { between } from "./chance.ts";
import type { Faults, PortKind } from "./faults.ts";

export type { PortKind as PortKindOf } from "./faults.ts";

/** One run of a handler: what it awaits goes through ports, and it may die at each of them. */
export interface Process {
  /** The same for the same work in a run with fewer faults. */
  readonly key: string;
  /** Name of the function, for the coverage table. */
  readonly of: string;
  readonly skew: number;
  isDead: boolean;
  awaits: number;
  onDeath: () => void;
}

/** Virtual time, the agenda of what happens in it, and the ports through which handlers touch the world. */
export interface Engine {
  readonly seed: number;
  readonly now: () => number;
  readonly faults: Faults;
  readonly plan: (at: number, run: () => void) => void;
  readonly port: <R>(process: Process, name: string, kind: PortKind, effect: () => R) => Promise<R>;
  readonly sleep: (process: Process, until: number) => Promise<void>;
  readonly kill: (process: Process) => void;
  readonly note: (line: string) => void;
  /** Lets everything happen up to an instant, or until nothing is planned any more. */
  readonly runUntil: (until: number) => Promise<void>;
  readonly traceHash: () => string;
  /** How often which fault hit which await. */
  readonly coverage: ReadonlyMap<string, number>;
  readonly events: () => number;
}

/** What the SDK throws when a service refuses for now. */
class Throttled extends Error {
  override readonly name = "ThrottlingException";
}
/** What the SDK throws when it has given up waiting for a reply. */
class ReplyLost extends Error {
  override readonly name = "TimeoutError";
}

/** Milliseconds that a request and its reply take, by what is called. */
const latency: Readonly<Record<PortKind, readonly [number, number]>> = {
  table: [1, 10],
  queue: [2, 12],
  machine: [4, 25],
  schedule: [4, 25],
  bus: [4, 20],
  provider: [20, 20],
  timer: [0, 0],
};

/** More events than any healthy run needs: a run that goes on and on is a fault of ours. */
const eventLimit = 400_000;

/** A world in virtual time. */
export function newEngine(seed: number, start: number, faults: Faults, limit = eventLimit): Engine {
  const agenda: Agenda = newAgenda();
  const hash = createHash("sha256");
  const coverage = new Map<string, number>();
  let now = start;
  let events = 0;
  const plan = (at: number, run: () => void) => agenda.add(Math.max(at, now), run);
  const note = (line: string) => void hash.update(`${now.toFixed(3)} ${line}\n`);
  const cover = (process: Process, name: string, kind: PortKind, fault: string) => {
    const key = `${process.of} · ${name} · ${kind} · ${fault}`;
    coverage.set(key, (coverage.get(key) ?? 0) + 1);
  };
  const kill = (process: Process) => {
    if (process.isDead) return;
    process.isDead = true;
    note(`${process.key} dies`);
    process.onDeath();
  };
  const port = <R>(process: Process, name: string, kind: PortKind, effect: () => R): Promise<R> => {
    const key = `${process.key}/${name}#${(process.awaits += 1)}`;
    const fault = faults.at(key, kind);
    cover(process, name, kind, fault ?? "none");
    const [least, most] = latency[kind];
    const there =
      between(least, most, seed, `${key}>`) + (fault === "slow" ? between(500, 90_000, seed, key) : 0);
    const back =
      kind === "provider" ? between(40, 400, seed, `${key}<`) : between(least, most, seed, `${key}<`);
    return new Promise<R>((resolve, reject) => {
      const reply = (answer: () => void) => plan(now + back, () => void (process.isDead || answer()));
      plan(now + there, () => {
        if (process.isDead) return;
        note(`${key} ${fault ?? ""}`);
        if (fault === "crash-before") return kill(process);
        if (fault === "throttle") return reply(() => reject(new Throttled()));
        let answer = attempt(effect, resolve, reject);
        // The SDK asks again when a reply is lost: the second answer is the one we get.
        if (fault === "lost-reply") answer = attempt(effect, resolve, reject);
        if (fault === "crash-after") return kill(process);
        if (fault === "failed-reply") return reply(() => reject(new ReplyLost()));
        return reply(answer);
      });
    });
  };
  return {
    seed,
    faults,
    plan,
    note,
    kill,
    port,
    coverage,
    now: () => now,
    events: () => events,
    traceHash: () => hash.copy().digest("hex").slice(0, 16),
    sleep: (process, until) => {
      const key = `${process.key}/sleep#${(process.awaits += 1)}`;
      const late = faults.happens("late-timer", key) ? between(1, 600, seed, key) : 0;
      const fault = faults.at(key, "timer");
      cover(process, "sleep", "timer", fault ?? "none");
      return new Promise((resolve) =>
        plan(until - process.skew + late, () => {
          if (process.isDead) return;
          if (fault) return kill(process);
          return resolve();
        }),
      );
    },
    runUntil: async (until) => {
      // What was started outside comes to its first await before time goes on.
      await new Promise(setImmediate);
      for (let at = agenda.peek(); at !== undefined && at <= until; at = agenda.peek()) {
        const entry = agenda.next();
        if (!entry) break;
        if ((events += 1) > limit)
          throw new Error(`More than ${limit} events: something goes round in circles`);
        now = Math.max(now, entry.at);
        entry.run();
        // Whatever was waiting for this goes on to its next await before anything else happens.
        await new Promise(setImmediate);
      }
      now = Math.max(now, Math.min(until, Number.MAX_SAFE_INTEGER));
    },
  };
}

function attempt<R>(
  effect: () => R,
  resolve: (value: R) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const value = effect();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}
