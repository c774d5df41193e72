import type { Channel } from "../channels/channel.ts";
import type { Receipt, SendResult } from "../providers/provider.ts";
import type { Category } from "./category.ts";
import type { Attempt, AttemptStatus, Message, Status } from "./message.ts";
import {
  currentAttempt,
  dueSeconds,
  finished,
  hasNextStep,
  held,
  isFinished,
  lookedAtBy,
  noted,
  waiting,
  waitingFor,
  withAttempt,
} from "./status.ts";

/** The order of proof: an attempt only ever moves up. Failure outranks acceptance, and proof of arrival outranks failure. */
const ranks = {
  queued: 0,
  sending: 1,
  unknown: 2,
  "provider-accepted": 3,
  "carrier-accepted": 4,
  refused: 5,
  failed: 5,
  undelivered: 5,
  expired: 5,
  delivered: 6,
  read: 7,
} as const satisfies Record<AttemptStatus, number>;

/** The worker is about to call the provider; undefined when this attempt is not the one to make. */
export function startAttempt(
  message: Message,
  attemptId: string,
  now: number,
  segments?: number,
): Message | undefined {
  const attempt = currentAttempt(message);
  if (!attempt || !isToBeMade(message, attemptId) || message.confirmedAt !== undefined) return undefined;
  const next = withAttempt(message, {
    ...attempt,
    status: "sending",
    startedAt: now,
    ...(segments !== undefined && { segments }),
  });
  const looked = lookedAtBy(next, now + dueSeconds.sending * 1000);
  return noted({ ...looked, status: "sending" }, now, "sending", { attemptId });
}

/** Whether an attempt was begun at this instant, and nothing has happened to it since. */
export function isStartedAt(message: Message, attemptId: string, startedAt: number): boolean {
  const attempt = currentAttempt(message);
  return attempt?.id === attemptId && attempt.status === "sending" && attempt.startedAt === startedAt;
}

/** Channels whose providers report to us themselves what becomes of a message. */
const reportedOn: ReadonlySet<Channel> = new Set<Channel>(["sms", "mms"]);

/** Why an attempt is in doubt whose tables were lost and brought back: reports of it may be lost with them. */
export const restored = "restored";

/** How soon the sweeper has to come by an attempt whose answer was not written. */
const askedMilliseconds = 15 * 60_000;

/**
 * Whether a receipt will say all that a provider's answer says, and nothing waits for the answer: then it is not worth
 * a write. Should no receipt come the sweeper finds the attempt where it was begun, and asks the provider.
 */
export function isToldByReceipt(message: Message, now: number): boolean {
  const { attempts, foundAt, campaignPage } = message;
  const channel = attempts.at(-1)?.channel;
  // A page of a campaign is looked at while it has attempts that were begun.
  const isLookedAtSoon =
    foundAt === undefined ? campaignPage !== undefined : foundAt <= now + askedMilliseconds;
  return !hasNextStep(message) && channel !== undefined && reportedOn.has(channel) && isLookedAtSoon;
}

/** Whether an attempt is the one under way and nobody has begun it. */
export function isToBeMade(message: Message, attemptId: string): boolean {
  const attempt = currentAttempt(message);
  return attempt?.id === attemptId && attempt.status === "queued" && message.status === "queued";
}

/** What the provider's reply means for the message. */
export function applyResult(
  message: Message,
  attemptId: string,
  result: Exclude<SendResult, { is: "busy" }>,
  now: number,
): Message {
  const attempt = attemptOf(message, attemptId);
  if (!attempt) return message;
  if (result.is === "refused") return closeAttempt(message, attemptId, { ...result, status: "failed" }, now);
  if (result.is === "unknown") {
    if (ranks[attempt.status] >= ranks.unknown) return message;
    const next = withAttempt(message, { ...attempt, status: "unknown", reason: result.reason });
    const entry = { attemptId, reason: result.reason };
    // A message that has ended meanwhile has nobody left to ask.
    const due = isFinished(message) ? next : lookedAt(next, attempt, now + dueSeconds.sending * 1000, now);
    return noted(due, now, "reply-lost", entry);
  }
  const { providerMessageId, segments } = result;
  const answered = { ...attempt, providerMessageId, ...(segments !== undefined && { segments }) };
  const known = withAttempt(message, answered);
  return advanced(
    known,
    answered,
    { attemptId, is: "provider-accepted", at: now, from: "callback" },
    "delivered",
    now,
  );
}

/** Ends an attempt that reached nobody: the next step follows, or the message ends. */
export function closeAttempt(
  message: Message,
  attemptId: string,
  why: { readonly reason: string; readonly code?: string; readonly status?: "failed" | "suppressed" },
  now: number,
): Message {
  const attempt = attemptOf(message, attemptId);
  if (!attempt || ranks[attempt.status] >= ranks.refused) return message;
  const ended: Attempt = {
    ...attempt,
    status: "refused",
    reason: why.reason,
    endedAt: now,
    ...(why.code && { code: why.code }),
  };
  const next = noted(withAttempt(message, ended), now, "refused", { attemptId, reason: why.reason });
  return afterFailure(next, ended, why.status ?? "suppressed", now);
}

/** The attempt reached nobody and its time has not come: the same step is tried again at an instant, or when a switch is lifted. */
export function postponed(
  message: Message,
  attemptId: string,
  until: number | undefined,
  reason: string,
  now: number,
): Message {
  const attempt = attemptOf(message, attemptId);
  if (!attempt || isFinished(message) || ranks[attempt.status] >= ranks.unknown) return message;
  const ended = withAttempt(message, { ...attempt, status: "refused", reason, endedAt: now });
  return until === undefined ? waiting(ended, reason, now) : held(ended, until, reason, now);
}

/** What a receipt proves; receipts may come twice, late and in any order. */
export function applyReceipt(
  message: Message,
  receipt: Receipt,
  confirmedBy: Category["confirmedBy"],
  now: number,
): Message {
  const attempt = attemptOf(message, receipt.attemptId);
  return attempt ? advanced(message, attempt, receipt, confirmedBy, now) : message;
}

/** Whether a receipt moves its attempt on. */
export function tellsMore({ status }: Attempt, receipt: Receipt): boolean {
  return ranks[receipt.is] > ranks[status];
}

const proofTimes = {
  "provider-accepted": "providerAcceptedAt",
  "carrier-accepted": "carrierAcceptedAt",
  delivered: "deliveredAt",
  read: "readAt",
} as const;

function advanced(
  message: Message,
  attempt: Attempt,
  receipt: Receipt,
  confirmedBy: Category["confirmedBy"],
  now: number,
): Message {
  const proof = receipt.is in proofTimes ? proofTimes[receipt.is as keyof typeof proofTimes] : undefined;
  const isNews = tellsMore(attempt, receipt);
  // That somebody on the way took it says nothing more once the person has it.
  const isSuperseded = attempt.deliveredAt !== undefined && receipt.is.endsWith("-accepted");
  if (!isNews && (proof === undefined || attempt[proof] !== undefined || isSuperseded)) return message;
  const isProof = receipt.is === "delivered" || receipt.is === "read";
  const isLate = isProof && attempt.step < message.step;
  const next: Attempt = {
    ...attempt,
    ...(isNews && { status: receipt.is }),
    ...(proof && { [proof]: attempt[proof] ?? receipt.at }),
    ...(receipt.providerMessageId && { providerMessageId: receipt.providerMessageId }),
    ...(isNews && receipt.code && { code: receipt.code }),
    ...(isNews && receipt.reason && { reason: receipt.reason }),
    ...(!proof && { endedAt: receipt.at }),
    ...(isLate && { isLate }),
  };
  const changed = withAttempt(message, next);
  if (!isNews) return changed;
  const entry = { attemptId: attempt.id, ...(receipt.reason && { reason: receipt.reason }) };
  const told = noted(changed, now, isLate ? `late-${receipt.is}` : receipt.is, entry);
  if (isProof) return afterProof(told, receipt.is === "read" ? "read" : "delivered", confirmedBy, now);
  if (proof) return afterAcceptance(told, next, now);
  return afterFailure(told, next, receipt.is === "expired" ? "expired" : failureOf(receipt), now);
}

function failureOf(receipt: Receipt): "failed" | "undelivered" {
  return receipt.is === "failed" ? "failed" : "undelivered";
}

function afterProof(
  message: Message,
  proof: "delivered" | "read",
  confirmedBy: Category["confirmedBy"],
  now: number,
): Message {
  const isEnough = proof === "read" || confirmedBy === "delivered" || !hasNextStep(message);
  if (!isEnough || message.status === "read") return message;
  const { dueAt: _dueAt, movesOnAt: _movesOnAt, reason: _reason, ...rest } = message;
  return { ...rest, status: proof, confirmedAt: message.confirmedAt ?? now };
}

function afterAcceptance(message: Message, attempt: Attempt, now: number): Message {
  if (isFinished(message) || attempt.step < message.step) return message;
  const wait = message.plan?.steps[message.step]?.waitSeconds ?? 0;
  const usual = attempt.reason === restored ? dueSeconds.reportInDoubt : dueSeconds.receipt;
  const seconds = hasNextStep(message) ? wait + dueSeconds.grace : usual;
  const dueAt = Math.max(now, attempt.queuedAt) + seconds * 1000;
  return lookedAt({ ...message, status: "sent" }, attempt, dueAt, now);
}

function afterFailure(message: Message, attempt: Attempt, outcome: Status, now: number): Message {
  if (isFinished(message) || attempt.id !== currentAttempt(message)?.id) return message;
  if (hasNextStep(message)) return movedOnSoon(message, now);
  const reachedProvider = message.attempts.some(({ providerAcceptedAt }) => providerAcceptedAt !== undefined);
  const status = outcome === "suppressed" && reachedProvider ? "undelivered" : outcome;
  return finished(message, status, now, attempt.reason);
}

/** The wait runs from when the provider had the message: no backlog of ours is part of it. */
export function lookedAt(message: Message, attempt: Attempt, dueAt: number, now: number): Message {
  const wait = message.plan?.steps[attempt.step]?.waitSeconds ?? 0;
  const since = attempt.providerAcceptedAt ?? attempt.startedAt ?? now;
  return waitingFor(message, since + wait * 1000, dueAt, now);
}

/** Those whose attempt reached nobody are taken along at the next instant there is. */
function movedOnSoon(message: Message, now: number): Message {
  const { movesOnAt: _movesOnAt, ...rest } = message;
  return waitingFor(rest, now, now + dueSeconds.grace * 1000, now);
}

function attemptOf(message: Message, attemptId: string): Attempt | undefined {
  return message.attempts.find(({ id }) => id === attemptId);
}
