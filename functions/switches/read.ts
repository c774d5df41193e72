import type { Clock } from "../platform/clock.ts";
import { log } from "../platform/log.ts";
import { allOn, type Board } from "./switch.ts";

/** The board as a worker sees it: as good as new, read seldom. */
export type ReadBoard = () => Promise<Board>;

/** How old the board may be while everything is on: a switch acts within this and the time of one provider call. */
export const restMilliseconds = 10_000;
/** And while something is off: what was lifted goes on at once. */
const offMilliseconds = 1_000;
/** How old it may get while its table does not answer; then nothing is sent, because nobody knows what is off. */
const blindMilliseconds = 45_000;

/** A worker's board that can also be told what the worker has just written. */
export interface KeptBoard {
  readonly read: ReadBoard;
  readonly learn: (board: Board) => void;
  /** The last board that was read, at once: for whoever has just read it and has no time to wait. */
  readonly known: () => Board;
}

/** Reads the board for all messages of an execution environment: one read in ten seconds, whatever its load. */
export function boardReader(find: () => Promise<Board>, clock: Clock): ReadBoard {
  return keptBoard(find, clock).read;
}

/** The same for a worker that turns circuits itself. */
export function keptBoard(find: () => Promise<Board>, clock: Clock): KeptBoard {
  let known: { board: Board; at: number } | undefined;
  let reading: Promise<Board> | undefined;
  let learnedAt = -Infinity;
  const read = async (): Promise<Board> => {
    // The age counts from the question: the answer may be as old as that.
    const at = clock.now();
    try {
      const board = await find();
      // What was learned while the answer was on its way is newer.
      if (at > learnedAt || !known) known = { board, at };
      return known.board;
    } catch (error) {
      if (!known || clock.now() - known.at > blindMilliseconds) throw error;
      log.error("switches-unread", error);
      return known.board;
    } finally {
      reading = undefined;
    }
  };
  const current = async (): Promise<Board> => {
    const age = known ? clock.now() - known.at : Infinity;
    const limit = known && isQuiet(known.board) ? restMilliseconds : offMilliseconds;
    if (known && age >= 0 && age < limit) return known.board;
    return (reading ??= read());
  };
  const learn = (board: Board) => {
    learnedAt = clock.now();
    known = { board, at: learnedAt };
  };
  return { read: current, learn, known: () => known?.board ?? allOn };
}

function isQuiet({ off, circuits = [] }: Board): boolean {
  return off.length === 0 && circuits.length === 0;
}
