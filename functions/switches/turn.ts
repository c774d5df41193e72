import type { Publish } from "../platform/events.ts";
import { Problem } from "../platform/problem.ts";
import { changeBoard, type SwitchStore } from "./switch.store.ts";
import {
  type Asked,
  type Board,
  type Declared,
  isDeclared,
  offLimit,
  switchedOff,
  switchedOn,
  type Turn,
} from "./switch.ts";

/** What turning a switch works with. */
export interface TurnUsing {
  readonly switches: Pick<SwitchStore, "find" | "replace" | "append">;
  readonly declared: Declared;
  readonly publish: Publish;
}

/** Switches something off; what would go out by it waits. */
export async function turnOff(asked: Asked, reason: string, using: TurnUsing): Promise<Board> {
  return turn(asked, (board) => switchedOff(board, asked, reason), using);
}

/** Switches something on again. */
export async function turnOn(asked: Asked, using: TurnUsing): Promise<Board> {
  return turn(asked, (board) => switchedOn(board, asked), using);
}

/** The board first, because that is what stops a send; it keeps the turn until the history has it. */
async function turn(asked: Asked, change: (board: Board) => Board, using: TurnUsing): Promise<Board> {
  const { scope, id } = asked;
  if (!isDeclared(scope, id, using.declared)) throw new Problem("switch.not-found");
  const board = await changeBoard(using.switches, (seen) => {
    const next = change(seen);
    if (next.off.length > offLimit) throw new Problem("switch.too-many");
    return next;
  });
  for (const one of board.unwritten) await using.switches.append(one);
  const written = new Set(board.unwritten.map(({ number }) => number));
  await changeBoard(using.switches, (seen) => {
    const unwritten = seen.unwritten.filter(({ number }) => !written.has(number));
    return unwritten.length === seen.unwritten.length ? seen : { ...seen, unwritten };
  });
  await using.publish(board.unwritten.map(eventOf));
  return board;
}

/** Ids and closed words: the reason is somebody's own text and stays in the history. */
function eventOf({ scope, id, is, by }: Turn) {
  return { name: "switch.turned", detail: { scope, id, is, by } } as const;
}
