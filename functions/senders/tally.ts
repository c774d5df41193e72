import type { SendResult } from "../providers/provider.ts";

/** A provider's answer, as far as it says how the provider is. */
interface Answer {
  readonly at: number;
  readonly isFailure: boolean;
}

/** The last answers of a provider to one worker, newest last. */
export type Tally = readonly Answer[];

/** Failures in a row that are no chance any more. */
const inARow = 5;
/** Answers of which half may not be failures. */
const answersLimit = 20;
/** Older answers say nothing of the provider as it is now. */
const freshMilliseconds = 5 * 60_000;

/** What went wrong at the provider itself; undefined when it did its work, be it to refuse a message or to ask for patience. */
export function failureIn(result: SendResult): string | undefined {
  if (result.is === "unknown") return result.reason;
  return result.is === "busy" && result.isOutage ? result.reason : undefined;
}

/** The tally with one more answer. */
export function tallied(tally: Tally, answer: Answer): Tally {
  const fresh = tally.filter(({ at }) => at > answer.at - freshMilliseconds);
  return [...fresh, answer].slice(-answersLimit);
}

/** Whether nothing should go out by this provider for now. */
export function hasTripped(tally: Tally): boolean {
  const last = tally.slice(-inARow);
  if (last.length === inARow && last.every(({ isFailure }) => isFailure)) return true;
  const failures = tally.filter(({ isFailure }) => isFailure).length;
  return tally.length === answersLimit && failures >= answersLimit / 2;
}
