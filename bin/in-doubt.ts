import { type Campaign, canceled, isUnderway } from "../functions/campaigns/campaign.ts";
import { restored } from "../functions/messages/attempt.ts";
import { type Attempt, isWaiting, type Message } from "../functions/messages/message.ts";
import {
  currentAttempt,
  finished,
  hasNextStep,
  isFinished,
  noted,
  withAttempt,
} from "../functions/messages/status.ts";

/** The stretch of time that restored tables know nothing of. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/** A provider's look-up finds what was taken within five minutes; clocks may differ by one. */
const lookUpMilliseconds = 4 * 60_000;

/**
 * A message as it goes on after a restore. What may have been sent in the gap is never sent on a guess:
 * the provider is asked where it can tell, and otherwise the message ends as unknown.
 */
export function inDoubt(message: Message, gap: Gap, now: number): Message {
  if (isFinished(message) || isWaiting(message) || isForLater(message, gap)) return message;
  const attempt = currentAttempt(message);
  if (!attempt || !canBeAsked(message, attempt, gap)) return finished(message, "unknown", now, restored);
  const startedAt = attempt.startedAt ?? gap.from;
  const asked = withAttempt(message, { ...attempt, status: "unknown", startedAt, reason: restored });
  return noted({ ...asked, status: "sending", dueAt: now }, now, "reply-lost", {
    attemptId: attempt.id,
    reason: restored,
  });
}

/**
 * A campaign as it goes on after a restore: one that was under way is called off, because nobody knows whom it reached in
 * the gap. What it had stored goes on by the rules for messages.
 */
export function calledOff(campaign: Campaign, { to }: Gap, now: number): Campaign {
  const isForLater = campaign.state === "scheduled" && (campaign.startAt ?? 0) > to;
  return isUnderway(campaign) && !isForLater ? canceled(campaign, now) : campaign;
}

/** Whether it was to go only after the gap. */
function isForLater({ status, heldUntil, sendAt }: Message, { to }: Gap): boolean {
  if (status === "held") return heldUntil !== undefined && heldUntil > to;
  return status === "accepted" && sendAt !== undefined && sendAt > to;
}

const open: ReadonlySet<string> = new Set(["queued", "sending"]);
const taken: ReadonlySet<string> = new Set(["provider-accepted", "carrier-accepted", "unknown"]);

/** Whether a look-up would find what became of the attempt, and no further step can have started in the gap. */
function canBeAsked(message: Message, { status, queuedAt }: Attempt, { from, to }: Gap): boolean {
  const isCovered = taken.has(status) || (open.has(status) && to - from <= lookUpMilliseconds);
  if (!isCovered || !hasNextStep(message)) return isCovered;
  const wait = message.plan?.steps[message.step]?.waitSeconds ?? 0;
  return queuedAt + wait * 1000 > to;
}
