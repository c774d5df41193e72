import * as z from "zod";
import type { Clock } from "../platform/clock.ts";
import type { Happening, Publish } from "../platform/events.ts";
import { log } from "../platform/log.ts";
import { effectsOf } from "./effects.ts";
import { handAttempt, type HandOnUsing } from "./hand-on.ts";
import { changeMessage, type MessageStore } from "./message.store.ts";
import { dueOnceMoved, dueWhileWaiting, movedOn } from "./status.ts";

/** What the cohorts' state machine asks for: take everybody along who still waits for this instant. */
export const CohortRequest = z.object({
  at: z.number().int(),
  shards: z.array(z.number().int().min(0)).nonempty(),
  /** An earlier run failed: it may have moved messages on and died before it handed them to their senders. */
  isRepeat: z.boolean(),
});
/** What the cohorts' state machine asks for. */
export type CohortRequest = z.infer<typeof CohortRequest>;

/** What taking a cohort along works with. */
export interface CohortUsing extends Pick<HandOnUsing, "handToSender" | "isUrgent"> {
  readonly messages: Pick<MessageStore, "find" | "replace" | "listDueAt">;
  readonly publish: Publish;
  readonly clock: Clock;
}

/** Messages under way at once: a thousand take about two seconds. */
const width = 32;

/** Starts the next step of everybody who waits for this instant; each message is its own referee. */
export async function failoverCohort(request: CohortRequest, using: CohortUsing): Promise<void> {
  const { at, isRepeat } = request;
  const members = await membersAt(dueWhileWaiting(at), request, using);
  const failures = await forEach(members, (messageId) => moveOn(messageId, at, using));
  // Who was moved on a moment ago is found under another instant; only a repeat has to look there.
  const moved = isRepeat ? await membersAt(dueOnceMoved(at), request, using) : [];
  const unhanded = await forEach(moved, (messageId) => handAgain(messageId, using));
  if (failures + unhanded > 0)
    throw new Error(`${failures + unhanded} of ${members.length + moved.length} did not move on`);
}

async function membersAt(dueAt: number, { shards }: CohortRequest, { messages }: CohortUsing) {
  const found = await Promise.all(shards.map((shard) => messages.listDueAt(shard, dueAt)));
  return found.flat();
}

async function moveOn(messageId: string, at: number, using: CohortUsing): Promise<void> {
  const changed = await changeMessage(using.messages, messageId, (seen) =>
    movedOn(seen, at, using.clock.now()),
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
