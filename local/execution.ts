import type { Task } from "./state-language.ts";

/** An execution as it is kept: enough to go on after a restart. */
export interface Execution {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly input: unknown;
  readonly startedAt: number;
  readonly state: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED";
  readonly tries: number;
  /** Set while a task waits for its token. */
  readonly token?: string;
  readonly deadline?: number;
  /** The function has taken the task; after a restart only a task that nobody has taken is handed out again. */
  readonly isTaken?: boolean;
}

/** An execution that has just been started. */
export function newExecution(
  start: Pick<Execution, "arn" | "name" | "machineArn" | "input" | "startedAt" | "state">,
): Execution {
  return { ...start, variables: {}, status: "RUNNING", tries: 0 };
}

/** What the expressions of an execution can read. */
export function scopeOf(
  execution: Execution,
  more: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const { arn: Id, name: Name, input: Input, startedAt } = execution;
  const context = {
    Execution: { Id, Name, Input, StartTime: new Date(startedAt).toISOString() },
    State: { Name: execution.state, RetryCount: execution.tries },
    Task: { Token: execution.token },
  };
  return { ...execution.variables, states: { input: Input, context, ...more } };
}

/** Whether a retrier or catcher is for an error. */
export function fits(wanted: readonly string[], error: string): boolean {
  return wanted.some(
    (name) =>
      name === error || name === "States.ALL" || (name === "States.TaskFailed" && error !== "States.Timeout"),
  );
}

/** Milliseconds until a task is tried again; undefined when its retriers are used up or none is for the error. */
export function pauseBeforeRetry({ Retry }: Task, error: string, tries: number): number | undefined {
  const retry = Retry?.find(({ ErrorEquals }) => fits(ErrorEquals, error));
  if (!retry || tries >= (retry.MaxAttempts ?? 3)) return undefined;
  return (retry.IntervalSeconds ?? 1) * (retry.BackoffRate ?? 2) ** tries * 1000;
}
