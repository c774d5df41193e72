import type { Business } from "../business/business.ts";
import type { GateStore } from "../consent/gate.store.ts";
import type { Contact } from "../contacts/contact.ts";
import type { Clock } from "../platform/clock.ts";
import type { ReadBoard } from "../switches/read.ts";
import { type Board, offFor, waitReason } from "../switches/switch.ts";
import { categoryOf } from "./category-of.ts";
import { type Decision, decide } from "./choose.ts";
import { goesByOf, type Message } from "./message.ts";
import {
  currentAttempt,
  expired,
  hasNextStep,
  held,
  isFinished,
  isInCohort,
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
  | { readonly is: "resume" }
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
  if (currentAttempt(message)) return resumed(message, board);
  const { senders, brand } = using.business;
  return decide({ message, category, contact, gate, senders, brand, now, board });
}

/** The same step again, unless what it goes by is off. */
function resumed(message: Message, board: Board): Decided {
  const step = message.plan?.steps[message.step];
  const off = offFor(board, {
    ...goesByOf(message),
    ...(step && { sender: step.senderId, channel: step.channel }),
  });
  return off ? { is: "wait", reason: waitReason(off) } : { is: "resume" };
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
  if (decided.is === "resume") return retryStep(message, now)?.message;
  if (decided.is === "expire") return expired(message, now);
  if (decided.is === "wait") return waiting(message, decided.reason, now, decided.considered);
  if (decided.is === "suppress") return suppressed(message, decided.reason, now, decided.considered);
  if (decided.is === "hold") return held(message, decided.until, decided.reason, now, decided.considered);
  const withPlan = planned(message, decided.plan, now);
  // A plan of one step needs no one to wait for it, and a cohort waits only for what a provider has: straight to the sender.
  const isTimedAlone = hasNextStep({ ...withPlan, step: 0 }) && !isInCohort(withPlan);
  return isTimedAlone ? withPlan : startStep(withPlan, 0, now).message;
}
