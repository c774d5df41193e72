import type { Clock } from "../platform/clock.ts";
import { log } from "../platform/log.ts";
import type { Board } from "./switch.ts";

/** The board as a worker sees it: as good as new, read seldom. */
export type ReadBoard = () => Promise<Board>;

/** How old the board may be while everything is on: a switch acts within this and the time of one provider call. */
export const restMilliseconds = 10_000;
/** And while something is off: what was lifted goes on at once. */
const offMilliseconds = 1_000;
/** How old it may get while its table does not answer; then nothing is sent, because nobody knows what is off. */
const blindMilliseconds = 45_000;

/** Reads the board for all messages of an execution environment: one read in ten seconds, whatever its load. */
export function boardReader(find: () => Promise<Board>, clock: Clock): ReadBoard {
  let known: { board: Board; at: number } | undefined;
  let reading: Promise<Board> | undefined;
  const read = async (): Promise<Board> => {
    // The age counts from the question: the answer may be as old as that.
    const at = clock.now();
    try {
      const board = await find();
      known = { board, at };
      return board;
    } catch (error) {
      if (!known || clock.now() - known.at > blindMilliseconds) throw error;
      log.error("switches-unread", error);
      return known.board;
    } finally {
      reading = undefined;
    }
  };
  return async () => {
    const age = known ? clock.now() - known.at : Infinity;
    const limit = known && known.board.off.length > 0 ? offMilliseconds : restMilliseconds;
    if (known && age >= 0 && age < limit) return known.board;
    return (reading ??= read());
  };
}
