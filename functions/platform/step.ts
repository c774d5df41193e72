import middy from "@middy/core";
import * as z from "zod/mini";
import "./english.ts";
import { systemClock } from "./clock.ts";
import { log } from "./log.ts";
import { writeMetrics } from "./metrics.ts";

/** A handler that a state machine or a schedule invokes; a throw goes back to whoever invoked it, which tries again. */
export function onStep<S extends z.ZodMiniType>(
  schema: S,
  work: (input: z.infer<S>) => Promise<void>,
): middy.MiddyfiedHandler<unknown, void> {
  return middy<unknown, void>()
    .onError((request) => log.error("step-failed", request.error))
    .handler(async (event) => {
      await work(schema.parse(event));
      writeMetrics(systemClock.now());
    });
}

/** A handler that runs by the clock; what the schedule sends along does not matter. */
export function onSchedule(work: () => Promise<void>): middy.MiddyfiedHandler<unknown, void> {
  return onStep(z.unknown(), work);
}
