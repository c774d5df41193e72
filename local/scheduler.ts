import type { Clock } from "./clock.ts";
import type { Meter } from "./meter.ts";
import { ServiceError } from "./service-error.ts";
import type { Shelf } from "./store.ts";

/** A one-time schedule as CreateSchedule asks for it. */
export interface ScheduleRequest {
  readonly GroupName?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly ActionAfterCompletion?: string;
  readonly Target: { readonly Arn: string; readonly Input?: string };
}

/** One-time schedules that put something on a queue. */
export interface Scheduler {
  readonly create: (name: string, request: ScheduleRequest) => { ScheduleArn: string };
  readonly remove: (group: string, name: string) => void;
  readonly waiting: () => number;
  /** Goes on with what an earlier run left. */
  readonly resume: () => void;
}

const kind = "schedule";

/** Keeps schedules and fires them; one whose time passed while nothing ran fires at once. */
export function startScheduler(
  clock: Clock,
  shelf: Shelf,
  fillQueue: (arn: string, text: string) => Promise<void>,
  meter: Meter,
): Scheduler {
  const cancel = new Map<string, () => void>();

  const arm = (id: string, request: ScheduleRequest) => {
    cancel.set(
      id,
      clock.setTimer(timeOf(request), () => void fire(id, request)),
    );
  };
  const fire = async (id: string, { Target }: ScheduleRequest): Promise<void> => {
    try {
      await fillQueue(Target.Arn, Target.Input ?? "{}");
      meter.count("scheduler", "scheduler.invocations");
      drop(id);
    } catch (error) {
      // Still kept: the next start fires it again.
      console.error(`Schedule ${id} did not reach its queue:`, error);
    }
  };
  const drop = (id: string) => {
    cancel.get(id)?.();
    cancel.delete(id);
    shelf.remove(kind, id);
  };
  return {
    create: (name, request) => {
      const id = `${request.GroupName ?? "default"}/${name}`;
      if (cancel.has(id)) throw new ServiceError("ConflictException", `Schedule ${id} already exists.`);
      timeOf(request);
      shelf.put(kind, id, request);
      arm(id, request);
      return { ScheduleArn: `arn:aws:scheduler:us-east-1:000000000000:schedule/${id}` };
    },
    remove: (group, name) => {
      const id = `${group}/${name}`;
      if (!cancel.has(id))
        throw new ServiceError("ResourceNotFoundException", `Schedule ${id} does not exist.`);
      drop(id);
    },
    waiting: () => cancel.size,
    resume: () => {
      for (const { id, value } of shelf.all(kind)) arm(id, value as ScheduleRequest);
    },
  };
}

function timeOf({
  ScheduleExpression,
  ScheduleExpressionTimezone = "UTC",
  ActionAfterCompletion,
  Target,
}: ScheduleRequest): number {
  const at = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(ScheduleExpression)?.[1];
  const isKnown =
    at &&
    ScheduleExpressionTimezone === "UTC" &&
    ActionAfterCompletion === "DELETE" &&
    Target.Arn.includes(":sqs:");
  if (!isKnown)
    throw new ServiceError(
      "ValidationException",
      "The local cloud knows one-time schedules in UTC that fill a queue and delete themselves.",
    );
  return Date.parse(`${at}Z`);
}
