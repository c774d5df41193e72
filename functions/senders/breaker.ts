import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { measure } from "../platform/metrics.ts";
import type { SendResult } from "../providers/provider.ts";
import { circuitOf, closed, opened, tried } from "../switches/circuit.ts";
import type { KeptBoard } from "../switches/read.ts";
import type { Board } from "../switches/switch.ts";
import { changeBoard, type SwitchStore } from "../switches/switch.store.ts";
import { failureIn, hasTripped, type Tally, tallied } from "./tally.ts";

/** Keeps a worker from calling a provider that does not answer, and learns from the answers. */
export interface Breaker {
  /** Whether an attempt may go for its slot; of those that come while a trial is free, one may. */
  readonly admits: (connection: string, attemptId: string) => Promise<boolean>;
  /** Whether it may still be made now that its slot has come: nothing is waited for. */
  readonly stillAdmits: (connection: string, attemptId: string) => boolean;
  /** Hears what a provider answered: it may open the circuit for everybody, or close it. */
  readonly heard: (connection: string, attemptId: string, result: SendResult) => Promise<void>;
}

/** What a breaker works with. */
export interface BreakerUsing {
  readonly board: KeptBoard;
  readonly switches: Pick<SwitchStore, "find" | "replace">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** One for each execution environment: it counts in memory, and writes only when a circuit turns. */
export function newBreaker({ board, switches, publish, clock }: BreakerUsing): Breaker {
  const tallies = new Map<string, Tally>();
  const change = async (next: (seen: Board) => Board): Promise<Board> => {
    const written = await changeBoard(switches, next);
    board.learn(written);
    return written;
  };
  const turn = async (connection: string, reason: string | undefined, next: (seen: Board) => Board) => {
    tallies.delete(connection);
    let isNews = false;
    await change((seen) => {
      const turned = next(seen);
      isNews = turned !== seen;
      return turned;
    });
    if (!isNews) return;
    const is = reason === undefined ? ("closed" as const) : ("open" as const);
    log.warn("circuit-turned", { connection, is, reason });
    if (is === "open") measure("CircuitOpen", 1, connection);
    await publish([{ name: "circuit.turned", detail: { connection, is, ...(reason && { reason }) } }]);
  };
  const learn = async (connection: string, attemptId: string, result: SendResult) => {
    const reason = failureIn(result);
    const at = clock.now();
    const circuit = circuitOf(board.known(), connection);
    if (circuit?.trial === attemptId && reason === undefined)
      return turn(connection, undefined, (seen) => closed(seen, connection, attemptId, at));
    // Answers to calls that began before it was opened say nothing new.
    if (circuit) return undefined;
    const tally = tallied(tallies.get(connection) ?? [], { at, isFailure: reason !== undefined });
    tallies.set(connection, tally);
    if (reason === undefined || !hasTripped(tally)) return undefined;
    return turn(connection, reason, (seen) => opened(seen, { connection, reason, at }));
  };
  return {
    admits: async (connection, attemptId) => {
      const circuit = circuitOf(board.known(), connection);
      if (!circuit || circuit.trial === attemptId) return true;
      if (circuit.trial !== "free") return false;
      try {
        const written = await change((seen) => tried(seen, connection, attemptId));
        return circuitOf(written, connection)?.trial === attemptId;
      } catch (error) {
        // Whoever cannot say that he tries must not: the next look offers the trial again.
        log.error("trial-not-taken", error, { connection });
        return false;
      }
    },
    stillAdmits: (connection, attemptId) => {
      const circuit = circuitOf(board.known(), connection);
      return !circuit || circuit.trial === attemptId;
    },
    heard: async (connection, attemptId, result) => {
      try {
        await learn(connection, attemptId, result);
      } catch (error) {
        // What became of the message is written elsewhere; the next answer is heard again.
        log.error("circuit-unheard", error, { connection });
      }
    },
  };
}
