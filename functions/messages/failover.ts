import * as z from "zod/mini";
import type { Clock } from "../platform/clock.ts";
import { inParts } from "../platform/in-parts.ts";
import { inLanes } from "../platform/lanes.ts";
import { log } from "../platform/log.ts";
import { Cohort } from "./cohort.ts";
import type { CohortList } from "./cohort-list.store.ts";
import { handingOf } from "./hand-on.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import type { Message } from "./message.ts";
import { isFinished, movedOn } from "./status.ts";
import type { HandAllUsing } from "./take-in.ts";

/** What the cohorts' state machine asks for: take everybody along who still waits for this instant. */
export const CohortRequest = z.object({
  ...Cohort.shape,
  /** An earlier run failed: it may have moved messages on and died before it handed them to their senders. */
  isRepeat: z.boolean(),
});
/** What the cohorts' state machine asks for. */
export type CohortRequest = z.infer<typeof CohortRequest>;

/** What taking a cohort along works with. */
export interface FailoverUsing extends Pick<HandAllUsing, "handAllToSenders" | "isUrgent"> {
  readonly cohorts: Pick<CohortList, "read">;
  readonly messages: Pick<MessageStore, "find" | "findAll" | "replace">;
  readonly clock: Clock;
}

/** Messages under way at once: a thousand take about two seconds. */
const width = 32;
/** Messages that are handed on together. */
const togetherLimit = 100;

/** Starts the next step of everybody who waits for this instant; each message is its own referee. */
export async function failover(request: CohortRequest, using: FailoverUsing): Promise<void> {
  const { at, isRepeat } = request;
  const members = await using.cohorts.read(request);
  // For half the price as they were a moment ago: whoever had ended has ended, and everybody else is looked at again.
  const seen = await using.messages.findAll(members, isRepeat ? "now" : "a-moment-ago");
  const left = members
    .map((messageId) => ({ messageId, message: seen.get(messageId) }))
    .filter(({ message }) => !message || !isFinished(message));
  let failures = 0;
  for (const some of inParts(left, togetherLimit)) {
    const moved = await inLanes(some, width, async ({ messageId, message }) => {
      try {
        // An attempt that nobody has begun is one that an earlier run may not have handed on.
        if (isRepeat && message && isMovedOn(message)) return message;
        return await moveOn(messageId, at, message, using);
      } catch (error) {
        failures += 1;
        log.error("cohort-member-failed", error, { messageId });
        return undefined;
      }
    });
    await using.handAllToSenders(
      moved.flatMap((message) => (message && handingOf(message, using.isUrgent)) ?? []),
    );
  }
  if (failures > 0) throw new Error(`${failures} of ${left.length} did not move on`);
}

function isMovedOn({ movesOnAt, status }: Message): boolean {
  return movesOnAt === undefined && status === "queued";
}

/** The message at its next step; undefined when it waits for this instant no more. */
async function moveOn(
  messageId: string,
  at: number,
  seen: Message | undefined,
  using: FailoverUsing,
): Promise<Message | undefined> {
  const changed = await changeMessage(
    using.messages,
    messageId,
    (message) => movedOn(message, at, using.clock.now()),
    seen?.movesOnAt === at ? seen : undefined,
  );
  return changed.is === "changed" ? changed.message : undefined;
}
