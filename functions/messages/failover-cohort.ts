import * as z from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Happening, Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { Cohort } from "./cohort.ts";
import type { CohortList } from "./cohort-list.store.ts";
import { effectsOf } from "./effects.ts";
import { handAttempt, type HandOnUsing } from "./hand-on.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import type { Message } from "./message.ts";
import { isFinished, movedOn } from "./status.ts";

/** What the cohorts' state machine asks for: take everybody along who still waits for this instant. */
export const CohortRequest = z.object({
  ...Cohort.shape,
  /** An earlier run failed: it may have moved messages on and died before it handed them to their senders. */
  isRepeat: z.boolean(),
});
/** What the cohorts' state machine asks for. */
export type CohortRequest = z.infer<typeof CohortRequest>;

/** What taking a cohort along works with. */
export interface CohortUsing extends Pick<HandOnUsing, "handToSender" | "isUrgent"> {
  readonly cohorts: Pick<CohortList, "read">;
  readonly messages: Pick<MessageStore, "find" | "findAll" | "replace">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Messages under way at once: a thousand take about two seconds. */
const width = 32;

/** Starts the next step of everybody who waits for this instant; each message is its own referee. */
export async function failoverCohort(request: CohortRequest, using: CohortUsing): Promise<void> {
  const { at, isRepeat } = request;
  const members = await using.cohorts.read(request);
  // For half the price as they were a moment ago: whoever had ended has ended, and everybody else is looked at again.
  const seen = await using.messages.findAll(members, isRepeat ? "now" : "a-moment-ago");
  const left = members.filter((messageId) => !hasEnded(seen.get(messageId)));
  const failures = await forEach(left, (messageId) =>
    isRepeat && isMovedOn(seen.get(messageId))
      ? handAgain(messageId, using)
      : moveOn(messageId, at, seen.get(messageId), using),
  );
  if (failures > 0) throw new Error(`${failures} of ${left.length} did not move on`);
}

function hasEnded(message: Message | undefined): boolean {
  return message !== undefined && isFinished(message);
}

/** An attempt that nobody has begun is one that an earlier run may not have handed on. */
function isMovedOn(message: Message | undefined): boolean {
  return message?.movesOnAt === undefined && message?.status === "queued";
}

async function moveOn(
  messageId: string,
  at: number,
  seen: Message | undefined,
  using: CohortUsing,
): Promise<void> {
  const changed = await changeMessage(
    using.messages,
    messageId,
    (message) => movedOn(message, at, using.clock.now()),
    seen?.movesOnAt === at ? seen : undefined,
  );
  if (changed.is !== "changed") return;
  await handAttempt(changed.message, using);
  const happenings: readonly Happening[] = effectsOf(changed.before, changed.message).happenings;
  await using.publish(happenings);
}

async function handAgain(messageId: string, using: CohortUsing): Promise<void> {
  const message = await using.messages.find(messageId);
  if (message) await handAttempt(message, using);
}

/** One that fails keeps nobody else from moving on; returns how many failed. */
async function forEach(
  messageIds: readonly string[],
  work: (messageId: string) => Promise<void>,
): Promise<number> {
  const left = messageIds.values();
  let failures = 0;
  const lane = async () => {
    for (const messageId of left) {
      try {
        await work(messageId);
      } catch (error) {
        failures += 1;
        log.error("cohort-member-failed", error, { messageId });
      }
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return failures;
}
