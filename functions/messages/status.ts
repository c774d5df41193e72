import { cohortInstant, type Grain } from "./cohort.ts";
import {
  type Attempt,
  attemptIdOf,
  finalStatuses,
  isWaiting,
  type Message,
  numberOf,
  type Status,
} from "./message.ts";
import type { Candidate, Plan } from "./plan.ts";

/** Seconds after which the sweeper looks at a message that did not move. */
export const dueSeconds = {
  accepted: 60,
  held: 90,
  /** The pages of a large campaign take their time when an hour has come. */
  heldInCampaign: 600,
  queued: 600,
  /** A campaign may be a backlog of hours; its pages are looked at as a whole. */
  queuedInCampaign: 6 * 3600,
  sending: 120,
  /** Carriers may report up to 72 hours later. */
  receipt: 72 * 3600,
  /** What may have been reported already, to tables that were lost. */
  reportInDoubt: 300,
  /** How much longer than a step's wait the sweeper leaves its cohort in charge. */
  grace: 60,
} as const;

/** Whether nothing is left to do for the message: it ended, or the person has it. */
export function isFinished(message: Message): boolean {
  return finalStatuses.has(message.status);
}

/** The attempt under way: the latest one. */
export function currentAttempt(message: Message): Attempt | undefined {
  return message.attempts.at(-1);
}

/** Whether another step may follow the one under way. */
export function hasNextStep(message: Message): boolean {
  return message.plan !== undefined && message.step + 1 < message.plan.steps.length;
}

/** How finely the deadlines of the message are kept. */
export function grainOf({ plan }: Message): Grain {
  return plan?.grain ?? "message";
}

/** When the sweeper looks at a message whose cohort did not take it along. */
export function dueWhileWaiting(at: number): number {
  return at + dueSeconds.grace * 1000;
}

/** The next look is the sweeper's. */
export function lookedAtBy(message: Message, dueAt: number): Message {
  const { movesOnAt: _movesOnAt, ...rest } = message;
  return { ...rest, dueAt };
}

/** The next look is the sweeper's, after so many seconds. */
export function lookedAtAfter(message: Message, seconds: number, now: number): Message {
  return lookedAtBy(message, now + Math.ceil(seconds) * 1000);
}

/** The next look is the cohort's at a deadline, or the sweeper's where that comes first; who has a cohort keeps it. */
export function waitingFor(message: Message, deadline: number, dueAt: number, now: number): Message {
  if (!hasNextStep(message)) return lookedAtBy(message, dueAt);
  const movesOnAt = message.movesOnAt ?? cohortInstant(deadline, now, grainOf(message));
  return movesOnAt <= dueAt
    ? { ...message, movesOnAt, dueAt: dueWhileWaiting(movesOnAt) }
    : lookedAtBy(message, dueAt);
}

/** Takes a message whose cohort's time has come to its next step; undefined when it waits for that no more. */
export function movedOn(message: Message, at: number, now: number): Message | undefined {
  if (message.movesOnAt !== at) return undefined;
  const start = startStep(message, message.step + 1, now);
  return start.is === "started" ? start.message : undefined;
}

/** Keeps what routing decided; the first step starts next. */
export function planned(message: Message, plan: Plan, now: number): Message {
  const { considered: _considered, heldUntil: _heldUntil, reason: _reason, ...rest } = message;
  return noted({ ...rest, plan, status: "queued", dueAt: now + dueSeconds.accepted * 1000 }, now, "planned");
}

/** Waits until an instant; what was planned or tried so far stays. */
export function held(
  message: Message,
  until: number,
  reason: string,
  now: number,
  considered?: Candidate[],
): Message {
  const grace = message.campaignId === undefined ? dueSeconds.held : dueSeconds.heldInCampaign;
  const next = {
    ...lookedAtBy(message, until + grace * 1000),
    status: "held" as const,
    reason,
    heldUntil: until,
    ...(considered && { considered }),
  };
  return noted(next, now, "held", { reason });
}

/** Waits for a switch, for as long as the message is of any use; what was planned or tried so far stays. */
export function waiting(message: Message, reason: string, now: number, considered?: Candidate[]): Message {
  // Asked again while nothing has changed: nothing to write, and no line for a history that has an end.
  if (isWaiting(message) && message.reason === reason) return message;
  const { heldUntil: _heldUntil, ...rest } = message;
  const next = { ...rest, status: "held" as const, reason, ...(considered && { considered }) };
  return noted(lookedAtBy(next, message.expiresAt), now, "held", { reason });
}

/** Ends a message that may not be sent. */
export function suppressed(message: Message, reason: string, now: number, considered?: Candidate[]): Message {
  return finished({ ...message, ...(considered && { considered }) }, "suppressed", now, reason);
}

/** Ends a message whose time has passed before it could be sent. */
export function expired(message: Message, now: number): Message {
  return finished(message, "expired", now, "expired");
}

/** Ends a message at the caller's wish; undefined once a provider may have it. */
export function canceled(message: Message, now: number): Message | undefined {
  const attempt = currentAttempt(message);
  const isUntouched = message.attempts.every(({ startedAt }) => startedAt === undefined);
  if (!cancelable.has(message.status) || !isUntouched) return undefined;
  const closed = attempt
    ? withAttempt(message, { ...attempt, status: "refused", reason: "canceled", endedAt: now })
    : message;
  return finished(closed, "canceled", now, "canceled");
}

const cancelable: ReadonlySet<Status> = new Set<Status>(["accepted", "held", "queued"]);

/** What starting a step came to. */
export interface StepStart {
  readonly is: "started" | "already-started" | "not-needed";
  readonly message: Message;
}

/** The referee of the failover: a step starts only from the step before it, and never once the person has the message. */
export function startStep(message: Message, step: number, now: number): StepStart {
  const target = message.plan?.steps[step];
  const running = currentAttempt(message);
  if (isFinished(message) || message.confirmedAt !== undefined || !target)
    return { is: "not-needed", message };
  if (message.step === step && running?.step === step) return { is: "already-started", message };
  if (message.step !== step - 1) return { is: "not-needed", message };
  return { is: "started", message: addAttempt({ ...message, step }, now).message };
}

/** One more attempt of the step under way, after one that provably reached nobody or by the category's policy. */
export function retryStep(message: Message, now: number): { message: Message; attempt: Attempt } | undefined {
  if (isFinished(message) || message.confirmedAt !== undefined || !message.plan || message.step < 0)
    return undefined;
  return addAttempt(message, now);
}

/** The sender that takes over a step, and why. */
export interface Over {
  readonly senderId: string;
  readonly reason: string;
}

/** The step under way goes on by another sender: what was tried reached nobody. */
export function movedOver(message: Message, { senderId, reason }: Over, now: number): Message {
  const { plan, step } = message;
  const from = plan?.steps[step];
  if (!plan || !from) return message;
  const considered = plan.considered.map((one) => {
    if (one.channel !== from.channel || one.addressId !== from.addressId) return one;
    if (one.senderId === senderId) return { ...one, reason: "chosen" as const };
    return one.senderId === from.senderId ? { ...one, reason: "circuit-open" as const } : one;
  });
  const steps = plan.steps.map((one, index) => (index === step ? { ...one, senderId } : one));
  return noted({ ...message, plan: { ...plan, steps, considered } }, now, "moved-over", { reason });
}

/** Nobody can say any more what became of the attempt under way. */
export function givenUp(message: Message, reason: string, now: number): Message {
  return isFinished(message) ? message : finished(message, "unknown", now, reason);
}

function addAttempt(message: Message, now: number): { message: Message; attempt: Attempt } {
  const step = message.plan?.steps[message.step];
  if (!step) throw new Error(`Message ${message.id} has no step ${message.step}`);
  const last = currentAttempt(message);
  const id = attemptIdOf(message.id, last ? numberOf(last.id) + 1 : 1);
  const { channel, addressId, senderId } = step;
  const attempt: Attempt = {
    id,
    step: message.step,
    channel,
    addressId,
    senderId,
    status: "queued",
    queuedAt: now,
  };
  const usual = message.campaignPage === undefined ? dueSeconds.queued : dueSeconds.queuedInCampaign;
  const { heldUntil: _heldUntil, reason: _reason, ...rest } = lookedAtAfter(message, usual, now);
  const next = { ...rest, status: "queued" as const, attempts: [...keptOf(message.attempts), attempt] };
  return {
    message: noted(next, now, "queued", { attemptId: id }),
    attempt,
  };
}

/** A message that is put off for days must not outgrow its item: the oldest attempt that reached nobody goes. */
function keptOf(attempts: readonly Attempt[]): readonly Attempt[] {
  if (attempts.length < attemptsLimit) return attempts;
  const oldest = attempts.findIndex(({ status }) => status === "refused");
  return attempts.filter((_, index) => index !== oldest);
}

const attemptsLimit = 50;

/** Ends a message. */
export function finished(message: Message, status: Status, now: number, reason?: string): Message {
  const { dueAt: _dueAt, movesOnAt: _movesOnAt, heldUntil: _heldUntil, ...rest } = message;
  return noted({ ...rest, status, ...(reason && { reason }) }, now, status, reason ? { reason } : {});
}

/** Adds a line to the history. */
export function noted(
  message: Message,
  at: number,
  what: string,
  more: { attemptId?: string; reason?: string } = {},
): Message {
  // A message that keeps bouncing must not outgrow its item: the oldest lines after the first go.
  const timeline = [...message.timeline, { at, what, ...more }];
  const kept = timeline.length > timelineLimit ? [...timeline.slice(0, 1), ...timeline.slice(2)] : timeline;
  return { ...message, timeline: kept };
}

const timelineLimit = 100;

/** Puts an attempt in the place of its older self. */
export function withAttempt(message: Message, attempt: Attempt): Message {
  return { ...message, attempts: message.attempts.map((old) => (old.id === attempt.id ? attempt : old)) };
}
