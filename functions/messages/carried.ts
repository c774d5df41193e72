import type { Gate, Taken } from "../consent/gate.ts";
import { closeGate, type GateStore } from "../consent/gate.store.ts";
import type { Clock } from "../platform/clock.ts";
import { applyResult, startAttempt } from "./attempt.ts";
import { attemptIdOf, Message } from "./message.ts";
import { storyOf, toldBy } from "./message-story.ts";
import type { MessageStore } from "./message.store.ts";
import { isFinished } from "./status.ts";

/**
 * A message that its sender's queue carries: decided, and stored by nobody before it is sent. Its version is 0, so the first
 * write is the one that finds nothing there, whoever makes it.
 */
export function isCarried({ version }: Pick<Message, "version">): boolean {
  return version === 0;
}

/** Most bytes of content that a queue carries, as JSON: ten such messages are one request of 64 kilobytes. */
const contentLimit = 4_000;

/**
 * The message as it goes to its queue, when that can carry it: everything but the attempt is decided, and the attempt is due.
 * One that somebody has taken before is theirs: another decision is not stored, and it stands as queued, with nothing to make.
 */
export function asCarried(message: Message, gate?: Gate): Message | undefined {
  const { content, contents, status, attempts } = message;
  if (Buffer.byteLength(JSON.stringify([content, contents])) > contentLimit) return undefined;
  const isTaken = gate?.claims[attemptIdOf(message.id, 1)]?.is === "claimed";
  const isDue = status === "queued" && attempts.length === 1 && attempts[0]?.status === "queued";
  if (isDue) return { ...message, version: 0 };
  return isTaken ? { ...message, status: "queued", attempts: [], version: 0 } : undefined;
}

/** A message packed for its queue. */
export function packed(message: Message): string {
  return storyOf(message);
}

/** The message that a queue carried. Throws for what is none. */
export function unpacked(carried: string): Message {
  return Message.parse(toldBy(carried));
}

/** What storing a carried message works with. */
export interface CarryUsing {
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly gates: GateStore;
  readonly clock: Clock;
}

/** Messages as those see them who have some from a queue. */
export interface CarryStore extends Pick<MessageStore, "find" | "replace"> {
  /** From here on this is how a message stands, until somebody stores it. */
  readonly remember: (message: Message) => void;
  /** Stores a message that a run took at an instant and then died with: only the provider can say what became of it. Throws while that run may live. */
  readonly keepLost: (message: Message, takenAt: number) => Promise<void>;
}

/** What has taken its gate is stored within this time, be it by the run that finds that another one died; or it was lost with its queue. */
export const storedWithinMilliseconds = 10 * 60_000;
/** A run lives a minute, and clocks differ. */
const longestRunMilliseconds = 65_000;

/**
 * A store in which what a queue carried stands for what nobody has stored. The gate orders those who have copies of it: who
 * takes it sends the message and stores it afterwards, and who stores it unsent closes the gate first.
 */
export function carrying(using: CarryUsing): CarryStore {
  const { messages, clock } = using;
  const here = new Map<string, Message>();
  const keepLost = async (message: Message, takenAt: number) => {
    const now = clock.now();
    if (now < takenAt + longestRunMilliseconds) throw new Error(`Another run may be sending ${message.id}`);
    const attemptId = attemptIdOf(message.id, 1);
    const begun = startAttempt(message, attemptId, takenAt) ?? message;
    const lost = applyResult(begun, attemptId, { is: "unknown", reason: "answer-not-kept" }, now);
    await messages.replace(lost, message);
  };
  return {
    find: async (messageId, look) => (await messages.find(messageId, look)) ?? here.get(messageId),
    replace: async (next, seen) => {
      if (!isCarried(seen) || !isUnsent(next)) return messages.replace(next, seen);
      const taken = await closedTo(next, using);
      if (taken.is !== "repeat") return messages.replace(next, seen);
      await keepLost(asErased(seen, next), taken.at);
      return false;
    },
    remember: (message) => void here.set(message.id, message),
    keepLost,
  };
}

/** Closes the gate to a message that is to be stored unsent; it may have been taken before. */
export function closedTo(
  { id, contactId }: Pick<Message, "id" | "contactId">,
  { gates, clock }: Pick<CarryUsing, "gates" | "clock">,
): Promise<Taken> {
  return closeGate(gates, contactId, attemptIdOf(id, 1), clock.now());
}

/**
 * A message as whoever has its gate began it. Somebody may have stored it meanwhile who decided otherwise: what is sent counts,
 * and one that has ended keeps its end and is told what was sent.
 */
export function asBegun(seen: Message, begun: Message): Message {
  const attempt = begun.attempts.at(-1);
  const known = seen.attempts.find(({ id }) => id === attempt?.id);
  const isOther = known === undefined || known.status === "queued" || known.status === "sending";
  if (!isCarried(begun) || !isOther || known?.startedAt === attempt?.startedAt) return seen;
  const { plan, step, attempts } = begun;
  if (isFinished(seen)) return { ...seen, ...(plan && { plan }), step, attempts };
  const { campaignPage, foundAt, version } = seen;
  return {
    ...begun,
    version,
    ...(campaignPage && { campaignPage }),
    ...(foundAt !== undefined && { foundAt }),
  };
}

/** Who was erased meanwhile is not written to in what is kept either. */
function asErased(seen: Message, { erasedAt, content }: Message): Message {
  if (erasedAt === undefined) return seen;
  const { contents: _contents, ...rest } = seen;
  return { ...rest, content, erasedAt };
}

function isUnsent({ attempts }: Message): boolean {
  return attempts.every(({ status }) => status === "queued" || status === "refused");
}
