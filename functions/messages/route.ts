import type { Business } from "../business/business.ts";
import type { Contact } from "../contacts/contact.ts";
import type { GateStore } from "../consent/gate.store.ts";
import type { Clock } from "../platform/clock.ts";
import type { Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import type { ReadBoard } from "../switches/read.ts";
import { type Board, offFor, waitReason } from "../switches/switch.ts";
import { categoryOf } from "./category-of.ts";
import { type Decision, decide } from "./choose.ts";
import { effectsOf } from "./effects.ts";
import { handOn, handOnAndWait, type HandOnUsing } from "./hand-on.ts";
import type { ToRoute } from "./hand-over.ts";
import type { Message } from "./message.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
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

/** What routing works with. */
export interface RouteUsing extends HandOnUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: { readonly find: (contactId: string) => Promise<Contact | undefined> };
  readonly gates: Pick<GateStore, "find">;
  readonly business: Business;
  readonly switches: ReadBoard;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Decides whether, when and where a message goes, and hands it on. */
export async function route({ messageId }: ToRoute, using: RouteUsing): Promise<void> {
  const seen = await using.messages.find(messageId);
  if (!seen) return log.warn("message-missing", { messageId });
  const decided = await decisionFor(seen, using);
  const now = using.clock.now();
  const change = (message: Message) => next(message, decided, now);
  const changed = await changeMessage(using.messages, messageId, change, seen);
  if (changed.is === "missing") return;
  if (changed.is === "changed") await using.publish(effectsOf(changed.before, changed.message).happenings);
  await (decided.is === "resume" ? handOnAndWait : handOn)(changed.message, using);
}

type Decided =
  | Decision
  | { readonly is: "wait"; readonly reason: string; readonly considered?: undefined }
  | { readonly is: "resume" }
  | { readonly is: "nothing" };

async function decisionFor(message: Message, using: RouteUsing): Promise<Decided> {
  const now = using.clock.now();
  if (!isRoutable(message, now)) return { is: "nothing" };
  const [contact, gate, board] = await Promise.all([
    using.contacts.find(message.contactId),
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
    category: message.category,
    ...(step && { sender: step.senderId, channel: step.channel }),
  });
  return off ? { is: "wait", reason: waitReason(off) } : { is: "resume" };
}

/** New messages, and held ones whose hour has come; everything else has been routed. */
function isRoutable(message: Message, now: number): boolean {
  if (isFinished(message)) return false;
  return message.status === "accepted" || (message.status === "held" && (message.heldUntil ?? 0) <= now);
}

function next(message: Message, decided: Decided, now: number): Message | undefined {
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
