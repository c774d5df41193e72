import type { Gate, Taken } from "../consent/gate.ts";
import { closeGate, type GateStore } from "../consent/gate.store.ts";
import type { Clock } from "../platform/clock.ts";
import { applyResult, startAttempt } from "./attempt.ts";
import { withoutContent } from "./erase.ts";
import { attemptIdOf, Message } from "./message.ts";
import { storyOf, toldBy } from "./message-story.ts";
import type { MessageStore } from "./message.store.ts";
import { finished, isFinished } from "./status.ts";

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
 * A decided message as it goes to its queue, when that can carry it and its attempt is due; else as it is to be stored. One
 * that somebody has taken before is theirs: another decision is not stored, and it stands as queued, with nothing to make.
 * Once they can store it no more, nobody can say what became of it.
 */
export function asCarried(message: Message, gate: Gate | undefined, now: number): Message {
  const { content, contents, status, attempts } = message;
  if (Buffer.byteLength(JSON.stringify([content, contents])) > contentLimit) return message;
  const isDue = status === "queued" && attempts.length === 1 && attempts[0]?.status === "queued";
  if (isDue) return { ...message, version: 0 };
  const taken = gate?.claims[attemptIdOf(message.id, 1)];
  if (taken?.is !== "claimed") return message;
  if (now < taken.at + storedWithinMilliseconds)
    return { ...message, status: "queued", attempts: [], version: 0 };
  return finished(message, "unknown", now, "answer-not-kept");
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
  /** Stores a message that a run took and then died with, as that run was to send it: only the provider can say what became of it. Throws while that run may live. */
  readonly keepLost: (message: Message, claim: Gate["claims"][string]) => Promise<void>;
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
  const keepLost: CarryStore["keepLost"] = async (message, claim) => {
    const now = clock.now();
    if (now < claim.at + longestRunMilliseconds) throw new Error(`Another run may be sending ${message.id}`);
    const attemptId = attemptIdOf(message.id, 1);
    const begun = byItsWay(startAttempt(message, attemptId, claim.at) ?? message, claim);
    const lost = applyResult(begun, attemptId, { is: "unknown", reason: "answer-not-kept" }, now);
    await messages.replace(lost, message);
  };
  return {
    find: async (messageId, look) => (await messages.find(messageId, look)) ?? here.get(messageId),
    replace: async (next, seen) => {
      if (!isCarried(seen) || !isUnsent(next)) return messages.replace(next, seen);
      const taken = await closedTo(next, using);
      if (taken.is === "claimed") return messages.replace(asErased(next, taken.gate.erasedAt), seen);
      if (taken.is !== "repeat") return messages.replace(next, seen);
      await keepLost(asErased(seen, next.erasedAt), taken.claim);
      return false;
    },
    remember: (message) => void here.set(message.id, message),
    keepLost,
  };
}

/** A copy may have been decided on differently than the one that was sent: whoever asks the provider has to ask for that. */
function byItsWay(message: Message, claim: Gate["claims"][string]): Message {
  const { channel, addressId, senderId } = claim;
  const way = { ...(channel && { channel }), ...(addressId && { addressId }), ...(senderId && { senderId }) };
  const attempts = message.attempts.map((attempt, index) => (index === 0 ? { ...attempt, ...way } : attempt));
  return { ...message, attempts };
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
  const { campaignPage, foundAt, version, erasedAt } = seen;
  const place = { ...(campaignPage && { campaignPage }), ...(foundAt !== undefined && { foundAt }) };
  return asErased({ ...begun, version, ...place }, erasedAt);
}

/** Who was erased meanwhile is not written to in what is kept either. */
function asErased(message: Message, erasedAt: number | undefined): Message {
  return erasedAt === undefined ? message : withoutContent(message, erasedAt);
}

function isUnsent({ attempts }: Message): boolean {
  return attempts.every(({ status }) => status === "queued" || status === "refused");
}
