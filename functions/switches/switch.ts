import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { Circuit } from "./circuit.ts";

/** What an operator can switch off; a further kind is one more word here and one more line where its ids are declared. */
export const Scope = z.enum(["sender", "channel", "category", "campaign"]);
/** What an operator can switch off. */
export type Scope = z.infer<typeof Scope>;

/** Something that is switched off: nothing goes out by it until somebody switches it on again. */
export const Off = z.object({
  scope: Scope,
  id: z.string(),
  reason: z.string(),
  /** Id of the API key that asked for it. */
  by: z.string(),
  since: z.int(),
});
/** Something that is switched off. */
export type Off = z.infer<typeof Off>;

/** One turn of a switch: who, when and why. */
export const Turn = z.object({
  number: z.int(),
  scope: Scope,
  id: z.string(),
  is: z.enum(["off", "on"]),
  by: z.string(),
  at: z.int(),
  /** Why it was switched off. */
  reason: z.optional(z.string()),
});
/** One turn of a switch. */
export type Turn = z.infer<typeof Turn>;

/** All switches: one small item that every worker reads. */
export const Board = z.object({
  version: z.int(),
  off: z.array(Off),
  /** Connections whose providers are out, which no operator has to switch off. */
  circuits: z.optional(z.array(Circuit)),
  /** When a switch was last lifted or a circuit closed, until all that waited for one has been sent on. */
  liftedAt: z.optional(z.int()),
  /** Turns that the history does not have yet. */
  unwritten: z.array(Turn),
});
/** All switches. */
export type Board = z.infer<typeof Board>;

/** The board nobody has touched. */
export const allOn: Board = { version: 0, off: [], unwritten: [] };

/** Most switches that are off at once: the item stays small enough to be read all day. */
export const offLimit = 200;

/** What a message is about to go out by. */
export type GoesBy = { readonly [S in Scope]?: string };

/** The switch that keeps something from going out; undefined when all of them are on. */
export function offFor({ off }: Board, goesBy: GoesBy): Off | undefined {
  return off.find(({ scope, id }) => goesBy[scope] === id);
}

/** Why a message waits, as its timeline says it. */
export function waitReason({ scope, id }: Pick<Off, "scope" | "id">): string {
  return `switched-off: ${scope} ${id}`;
}

/** Where switches stand and who turned them: ids, and the channels there are. */
export interface Declared {
  readonly senders: readonly { readonly id: string }[];
  readonly categories: readonly { readonly id: string }[];
}

/** Whether there is such a thing to switch. */
export function isDeclared(scope: Scope, id: string, { senders, categories }: Declared): boolean {
  const isThere = {
    sender: () => senders.some((sender) => sender.id === id),
    channel: () => Channel.options.some((channel) => channel === id),
    category: () => categories.some((category) => category.id === id),
    // Campaigns are made and not declared, and whoever stops one is not asked to prove that it exists.
    campaign: () => /^cmp_[0-9A-Z]{26}$/.test(id),
  } satisfies Record<Scope, () => boolean>;
  return isThere[scope]();
}

/** What somebody asks of a switch. */
export interface Asked {
  readonly scope: Scope;
  readonly id: string;
  readonly by: string;
  readonly at: number;
}

/** The board with one switch off; the first reason stays when it is off already. */
export function switchedOff(board: Board, asked: Asked, reason: string): Board {
  const { scope, id, by, at } = asked;
  if (offFor(board, { [scope]: id })) return board;
  const off = [...board.off, { scope, id, reason, by, since: at }];
  return turned({ ...board, off }, asked, "off", reason);
}

/** The board with one switch on again. */
export function switchedOn(board: Board, asked: Asked): Board {
  if (!offFor(board, { [asked.scope]: asked.id })) return board;
  const off = board.off.filter(({ scope, id }) => scope !== asked.scope || id !== asked.id);
  return turned({ ...board, off, liftedAt: asked.at }, asked, "on");
}

function turned(board: Board, { scope, id, by, at }: Asked, is: Turn["is"], reason?: string): Board {
  const turn: Turn = { number: board.version + 1, scope, id, is, by, at, ...(reason && { reason }) };
  return { ...board, unwritten: [...board.unwritten, turn] };
}
