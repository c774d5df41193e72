import * as z from "zod/mini";
import type { Board } from "./switch.ts";

/** A connection that nothing goes out by, because its provider has failed again and again: a switch that turns itself. */
export const Circuit = z.object({
  connection: z.string(),
  /** What the provider answered when it was opened, in our words. */
  reason: z.string(),
  since: z.int(),
  /** When somebody looks whether the provider works again. */
  until: z.int(),
  /** How often somebody has looked. */
  looks: z.int(),
  /** `free` when the next message may try the provider, or the id of the attempt that does. */
  trial: z.optional(z.string()),
});
/** A connection that nothing goes out by. */
export type Circuit = z.infer<typeof Circuit>;

const firstWaitMilliseconds = 60_000;
const longestWaitMilliseconds = 300_000;

/** The open circuit of a connection; undefined while all is well. */
export function circuitOf(
  { circuits = [] }: Pick<Board, "circuits">,
  connection: string,
): Circuit | undefined {
  return circuits.find((one) => one.connection === connection);
}

/** The circuit that keeps everything from a connection; undefined where messages may go, if only one to try. */
export function shutFor(board: Pick<Board, "circuits">, connection: string): Circuit | undefined {
  const circuit = circuitOf(board, connection);
  return circuit?.trial === "free" ? undefined : circuit;
}

/** Why a message waits, as its timeline says it. */
export function circuitReason({ connection }: Pick<Circuit, "connection">): string {
  return `circuit-open: ${connection}`;
}

/** The board with a circuit open; one that is open already stays as it is. */
export function opened(
  board: Board,
  { connection, reason, at }: { readonly connection: string; readonly reason: string; readonly at: number },
): Board {
  if (circuitOf(board, connection)) return board;
  const circuit = { connection, reason, since: at, until: at + firstWaitMilliseconds, looks: 0 };
  return { ...board, circuits: [...(board.circuits ?? []), circuit] };
}

/** Somebody looked: the next message may try the provider, or the next look comes later still. */
export function looked(board: Board, connection: string, isUp: boolean, at: number): Board {
  return changed(board, connection, ({ trial: _trial, ...circuit }) => {
    const wait = Math.min(longestWaitMilliseconds, firstWaitMilliseconds * 2 ** (circuit.looks + 1));
    return { ...circuit, looks: circuit.looks + 1, until: at + wait, ...(isUp && { trial: "free" }) };
  });
}

/** An attempt is the one that tries; unchanged when another one does, or none may. */
export function tried(board: Board, connection: string, attemptId: string): Board {
  return circuitOf(board, connection)?.trial === "free"
    ? changed(board, connection, (circuit) => ({ ...circuit, trial: attemptId }))
    : board;
}

/** The board with the circuit closed, because its trial went well; what waited for it is sent on as after any lift. */
export function closed(board: Board, connection: string, attemptId: string, at: number): Board {
  if (circuitOf(board, connection)?.trial !== attemptId) return board;
  const circuits = (board.circuits ?? []).filter((one) => one.connection !== connection);
  return { ...board, circuits, liftedAt: at };
}

function changed(board: Board, connection: string, change: (circuit: Circuit) => Circuit): Board {
  const { circuits = [] } = board;
  if (!circuitOf(board, connection)) return board;
  return { ...board, circuits: circuits.map((one) => (one.connection === connection ? change(one) : one)) };
}
