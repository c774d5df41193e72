import { randomUUID } from "node:crypto";
import jsonata from "jsonata";
import type { Clock } from "./clock.ts";
import type { LocalFunction } from "./lambda.ts";
import { ServiceError } from "./service-error.ts";
import { type Definition, readDefinition, type State } from "./state-language.ts";
import type { Shelf } from "./store.ts";

/** An execution as it is kept: enough to go on after a restart. */
interface Execution {
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

/** State machines that run. */
export interface Steps {
  readonly deploy: (machineArn: string, definition: string) => void;
  readonly start: (
    machineArn: string,
    name: string,
    input: unknown,
  ) => { executionArn: string; startDate: number };
  readonly succeed: (token: string) => void;
  readonly fail: (token: string, error: string) => void;
  readonly running: () => number;
  /** Goes on with what an earlier run left. */
  readonly resume: () => void;
}

const kind = "execution";

/** Runs state machines whose functions are found by ARN. */
export function startSteps(
  clock: Clock,
  shelf: Shelf,
  functionOf: (arn: string) => LocalFunction | undefined,
): Steps {
  const machines = new Map<string, Definition>();
  const executions = new Map<string, Execution>();
  const byToken = new Map<string, string>();
  const cancel = new Map<string, () => void>();
  for (const { id, value } of shelf.all(kind)) executions.set(id, value as Execution);

  const keep = (execution: Execution) => {
    executions.set(execution.arn, execution);
    shelf.put(kind, execution.arn, execution);
  };
  const stateOf = ({ machineArn, state }: Execution): State => {
    const found = machines.get(machineArn)?.States[state];
    if (!found) throw new Error(`No state ${state}`);
    return found;
  };

  const scope = (execution: Execution, more: Record<string, unknown> = {}) => ({
    ...execution.variables,
    states: {
      input: execution.input,
      context: {
        Execution: {
          Id: execution.arn,
          Name: execution.name,
          Input: execution.input,
          StartTime: new Date(execution.startedAt).toISOString(),
        },
        Task: { Token: execution.token },
      },
      ...more,
    },
  });

  const enter = async (execution: Execution): Promise<void> => {
    const state = stateOf(execution);
    const token = randomUUID();
    const entered: Execution = { ...execution, token };
    const seconds = await evaluate(state.TimeoutSeconds, scope(entered));
    const deadline = typeof seconds === "number" ? clock.now() + seconds * 1000 : undefined;
    const waiting = { ...entered, ...(deadline !== undefined && { deadline }) };
    byToken.set(token, execution.arn);
    keep(waiting);
    watch(waiting);
    await dispatch(waiting, state);
  };

  const watch = ({ arn, token, deadline }: Execution) => {
    if (deadline === undefined || !token) return;
    cancel.set(
      arn,
      clock.setTimer(deadline, () => settle(token, "States.Timeout")),
    );
  };

  const dispatch = async (execution: Execution, state: State): Promise<void> => {
    const { FunctionName, Payload } = (await evaluate(state.Arguments, scope(execution))) as {
      FunctionName: string;
      Payload: unknown;
    };
    const outcome = (await functionOf(FunctionName)?.invoke(Payload)) ?? {
      is: "error" as const,
      type: "Lambda.ResourceNotFoundException",
      message: "",
    };
    if (outcome.is === "result") {
      const current = executions.get(execution.arn);
      if (current?.token === execution.token && current?.status === "RUNNING")
        keep({ ...current, isTaken: true });
      return;
    }
    const error = outcome.is === "throttled" ? "Lambda.TooManyRequestsException" : outcome.type;
    const retry = state.Retry?.find(({ ErrorEquals }) =>
      ErrorEquals.some((name) => name === error || name === "States.ALL" || name === "States.TaskFailed"),
    );
    if (!retry || execution.tries >= (retry.MaxAttempts ?? 3)) return settle(execution.token ?? "", error);
    const pause = (retry.IntervalSeconds ?? 1) * (retry.BackoffRate ?? 2) ** execution.tries * 1000;
    const again = { ...execution, tries: execution.tries + 1 };
    keep(again);
    clock.setTimer(clock.now() + pause, () => void dispatch(again, state));
  };

  /** Ends a wait with an error, or without one; a token that is no longer waited for is refused. */
  const settle = (token: string, error?: string): void => {
    const arn = byToken.get(token);
    const execution = arn ? executions.get(arn) : undefined;
    if (!execution || execution.token !== token || execution.status !== "RUNNING") return;
    byToken.delete(token);
    cancel.get(execution.arn)?.();
    void next(execution, error);
  };

  const next = async (execution: Execution, error: string | undefined): Promise<void> => {
    const {
      token: _token,
      deadline: _deadline,
      isTaken: _isTaken,
      ...rest
    } = executions.get(execution.arn) ?? execution;
    const state = stateOf(execution);
    if (!error) return keep({ ...rest, status: "SUCCEEDED" });
    const caught = state.Catch?.find(
      ({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes("States.ALL"),
    );
    if (!caught) return keep({ ...rest, status: "FAILED" });
    const assigned = (await evaluate(
      caught.Assign ?? {},
      scope(execution, { errorOutput: { Error: error } }),
    )) as Record<string, unknown>;
    return enter({
      ...rest,
      state: caught.Next,
      tries: 0,
      variables: { ...execution.variables, ...assigned },
    });
  };

  const mustWait = (token: string) => {
    if (!byToken.has(token))
      throw new ServiceError("TaskTimedOut", "Task Timed Out: the token is no longer waited for");
  };

  return {
    deploy: (machineArn, definition) => void machines.set(machineArn, readDefinition(definition)),
    start: (machineArn, name, input) => {
      const machine = machines.get(machineArn);
      if (!machine) throw new ServiceError("StateMachineDoesNotExist", machineArn);
      const arn = `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
      const known = executions.get(arn);
      if (known) {
        // The same start again is the same execution; a name is never used for another one.
        const isSame = known.status === "RUNNING" && JSON.stringify(known.input) === JSON.stringify(input);
        if (!isSame) throw new ServiceError("ExecutionAlreadyExists", arn);
        return { executionArn: arn, startDate: known.startedAt / 1000 };
      }
      const startedAt = clock.now();
      const fresh: Execution = {
        arn,
        name,
        machineArn,
        input,
        startedAt,
        state: machine.StartAt,
        variables: {},
        status: "RUNNING",
        tries: 0,
      };
      keep(fresh);
      void enter(fresh);
      return { executionArn: arn, startDate: startedAt / 1000 };
    },
    succeed: (token) => {
      mustWait(token);
      settle(token);
    },
    fail: (token, error) => {
      mustWait(token);
      settle(token, error);
    },
    running: () => [...executions.values()].filter(({ status }) => status === "RUNNING").length,
    resume: () => {
      for (const execution of executions.values()) {
        if (execution.status !== "RUNNING") continue;
        // A token that was given out is still good; a task that had not been entered yet is entered now.
        if (execution.token) {
          byToken.set(execution.token, execution.arn);
          watch(execution);
          if (!execution.isTaken) void dispatch(execution, stateOf(execution));
        } else void enter(execution);
      }
    },
  };
}

/** Evaluates every `{% … %}` in a value. */
async function evaluate(value: unknown, variables: Record<string, unknown>): Promise<unknown> {
  if (typeof value === "string") {
    const expression = /^\{%([\s\S]*)%\}$/.exec(value)?.[1];
    return expression === undefined ? value : jsonata(expression).evaluate({}, variables);
  }
  if (Array.isArray(value)) return Promise.all(value.map((one) => evaluate(one, variables)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, one]) => [name, await evaluate(one, variables)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
