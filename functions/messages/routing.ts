import type { Business } from "../business/business.ts";
import type { GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Clock } from "../platform/clock.ts";
import { type ReadBoard, restMilliseconds } from "../switches/read.ts";
import { circuitReason, opened, shutFor } from "../switches/circuit.ts";
import { type Board, offFor, waitReason } from "../switches/switch.ts";
import type { RouteInput } from "./candidates.ts";
import { categoryOf } from "./category-of.ts";
import { anotherWay, type Decision, decide } from "./choose.ts";
import { erased } from "./erase.ts";
import { goesByOf, type Message } from "./message.ts";
import {
  currentAttempt,
  expired,
  held,
  isFinished,
  movedOver,
  type Over,
  planned,
  retryStep,
  startStep,
  suppressed,
  waiting,
} from "./status.ts";

/** What a decision is made from. */
export interface DecideUsing {
  readonly gates: Pick<GateStore, "find">;
  readonly business: Business;
  readonly switches: ReadBoard;
  readonly clock: Clock;
}

/** What was decided of a message that is new, or whose hour has come. */
export type Decided =
  | Decision
  | { readonly is: "wait"; readonly reason: string; readonly considered?: undefined }
  | { readonly is: "resume"; readonly over?: Over }
  | { readonly is: "nothing" };

/** Whether, when and where a message may go; `contact` is asked for only when there is something to decide. */
export async function decisionFor(
  message: Message,
  contactOf: () => Promise<Contact | undefined>,
  using: DecideUsing,
): Promise<Decided> {
  const now = using.clock.now();
  if (!isRoutable(message, now)) return { is: "nothing" };
  const [contact, gate, board] = await Promise.all([
    contactOf(),
    using.gates.find(message.contactId),
    using.switches(),
  ]);
  const category = categoryOf(using.business, message);
  if (!contact) return { is: "suppress", reason: "contact-missing", considered: [] };
  if (!category) return { is: "suppress", reason: "category-missing", considered: [] };
  const { senders, brand } = using.business;
  const input = { message, category, contact, gate, senders, brand, now, board };
  return currentAttempt(message) ? resumed(input) : decide(input);
}

/** The same step again, unless what it goes by is off; by another sender where the provider is out. */
function resumed(input: RouteInput & { readonly board: Board }): Decided {
  const { message, board, senders } = input;
  const step = message.plan?.steps[message.step];
  const off = offFor(board, {
    ...goesByOf(message),
    ...(step && { sender: step.senderId, channel: step.channel }),
  });
  if (off) return { is: "wait", reason: waitReason(off) };
  const sender = senders.find(({ id }) => id === step?.senderId);
  const known = boardFor(input, sender?.connection ?? "");
  if (!step || !sender || !shutFor(known, sender.connection)) return { is: "resume" };
  const reason = circuitReason(sender);
  const way = anotherWay({ ...input, board: known }, step);
  return way ? { is: "resume", over: { senderId: way.sender.id, reason } } : { is: "wait", reason };
}

/** How old our board may be, and a little more for clocks that differ. */
const boardAgeMilliseconds = restMilliseconds + 5_000;

/** The board, and what a message that has just stood aside knew before our board did: sent back, it would only come again. */
function boardFor(
  { message, board, now }: RouteInput & { readonly board: Board },
  connection: string,
): Board {
  const since = currentAttempt(message)?.endedAt ?? -Infinity;
  const reason = circuitReason({ connection });
  if (message.reason !== reason || now - since >= boardAgeMilliseconds) return board;
  const circuits = (board.circuits ?? []).filter((one) => one.connection !== connection);
  return opened({ ...board, circuits }, { connection, reason, at: now });
}

/** New messages, and held ones whose hour has come; everything else has been routed. */
function isRoutable(message: Message, now: number): boolean {
  if (isFinished(message)) return false;
  return message.status === "accepted" || (message.status === "held" && (message.heldUntil ?? 0) <= now);
}

/** The message as the decision leaves it; undefined when there was nothing to decide. */
export function routed(message: Message, decided: Decided, now: number): Message | undefined {
  if (decided.is === "nothing" || !isRoutable(message, now)) return undefined;
  if (message.expiresAt <= now) return expired(message, now);
  if (decided.is === "resume") {
    const { over } = decided;
    return retryStep(over ? movedOver(message, over, now) : message, now)?.message;
  }
  if (decided.is === "expire") return expired(message, now);
  if (decided.is === "wait") return waiting(message, decided.reason, now, decided.considered);
  if (decided.is === "suppress") {
    const ended = suppressed(message, decided.reason, now, decided.considered);
    // Who is not there has been erased.
    return decided.reason === "contact-missing" ? erased(ended, now) : ended;
  }
  if (decided.is === "hold") return held(message, decided.until, decided.reason, now, decided.considered);
  return startStep(planned(message, decided.plan, now), 0, now).message;
}
