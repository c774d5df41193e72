import type { Task } from "./state-language.ts";

/** An execution as it is kept: enough to go on after a restart. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly input: unknown;
  readonly startedAt: number;
  readonly state: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
  readonly tries: number;
}

/** An execution that has just been started. */
export function newExecution(
  start: Pick<Execution, "arn" | "name" | "machineArn" | "input" | "startedAt" | "state">,
): Execution {
  return { ...start, status: "RUNNING", tries: 0 };
}

/** What the expressions of an execution can read. */
export function scopeOf(execution: Execution): Record<string, unknown> {
  const { arn: Id, name: Name, input: Input, startedAt } = execution;
  const context = {
    Execution: { Id, Name, Input, StartTime: new Date(startedAt).toISOString() },
    State: { Name: execution.state, RetryCount: execution.tries },
  };
  return { states: { input: Input, context } };
}

/** Whether a retrier is for an error. */
function fits(wanted: readonly string[], error: string): boolean {
  return wanted.some((name) => name === error || name === "States.ALL" || name === "States.TaskFailed");
}

/** Milliseconds until a task is tried again; undefined when its retriers are used up or none is for the error. */
export function pauseBeforeRetry({ Retry }: Task, error: string, tries: number): number | undefined {
  const retry = Retry?.find(({ ErrorEquals }) => fits(ErrorEquals, error));
  if (!retry || tries >= (retry.MaxAttempts ?? 3)) return undefined;
  return (retry.IntervalSeconds ?? 1) * (retry.BackoffRate ?? 2) ** tries * 1000;
}
