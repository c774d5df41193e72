import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { type Execution, fits, newExecution, pauseBeforeRetry, scopeOf } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import type { LocalFunction } from "./lambda.ts";
import type { Meter } from "./meter.ts";
import { historyEvents, historyLogBytes } from "./meter-logs.ts";
import { ServiceError } from "./service-error.ts";
import { type Definition, readDefinition, type State, type Task, waitsForToken } from "./state-language.ts";
import type { Shelf } from "./store.ts";

/** State machines that run. */
export interface Steps {
  readonly deploy: (machineArn: string, definition: string, isLogged: boolean) => void;
  readonly start: (
    machineArn: string,
    name: string,
    input: unknown,
  ) => { executionArn: string; startDate: number };
  readonly succeed: (token: string) => void;
  readonly fail: (token: string, error: string) => void;
  readonly running: () => number;
  /** Nothing that happens from here on is kept. */
  readonly stop: () => void;
  /** Goes on with what an earlier run left. */
  readonly resume: () => void;
}

const kind = "execution";

/** Runs state machines whose functions are found by ARN. */
export function startSteps(
  clock: Pick<Clock, "now" | "setTimer">,
  shelf: Shelf,
  functionOf: (arn: string) => Pick<LocalFunction, "invoke"> | undefined,
  meter: Pick<Meter, "count">,
): Steps {
  const machines = new Map<string, Definition>();
  const logged = new Set<string>();
  const executions = new Map<string, Execution>();
  const byToken = new Map<string, string>();
  const cancel = new Map<string, () => void>();
  for (const { id, value } of shelf.all(kind)) executions.set(id, value as Execution);

  let isStopped = false;
  const keep = (execution: Execution) => {
    // What ends because everything stops has not happened: the next start goes on from before it.
    if (isStopped) return;
    executions.set(execution.arn, execution);
    shelf.put(kind, execution.arn, execution);
  };
  const stateOf = ({ machineArn, state }: Execution): State => {
    const found = machines.get(machineArn)?.States[state];
    if (!found) throw new Error(`No state ${state}`);
    return found;
  };

  const note = (machineArn: string, what: "executions" | "steps") => {
    const path = machineArn.split(":").at(-1) ?? machineArn;
    meter.count(path, `states.${what}`);
    const events = historyEvents[what === "steps" ? "step" : "execution"];
    if (logged.has(machineArn)) meter.count(path, "logs.bytes", events * historyLogBytes);
  };
  const enter = (execution: Execution): Promise<void> => orFail(execution, () => enterState(execution));
  const dispatch = (execution: Execution, state: Task): Promise<void> =>
    orFail(execution, () => call(execution, state));

  /** An expression that fails ends the execution, as on AWS; it must not end the cloud. */
  const orFail = async ({ arn, token }: Execution, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      console.error(`Execution ${arn} failed:`, error);
      const current = executions.get(arn);
      if (current?.status !== "RUNNING" || (token && current.token !== token)) return;
      cancel.get(arn)?.();
      keep({ ...current, status: "FAILED" });
    }
  };

  const enterState = async (execution: Execution): Promise<void> => {
    const state = stateOf(execution);
    const token = randomUUID();
    note(execution.machineArn, "steps");
    const entered: Execution = { ...execution, token };
    const deadline = await deadlineOf(entered, state);
    const waiting = { ...entered, ...(deadline !== undefined && { deadline }) };
    byToken.set(token, execution.arn);
    keep(waiting);
    watch(waiting, state);
    if (state.Type === "Task") await dispatch(waiting, state);
  };

  const deadlineOf = async (execution: Execution, state: State): Promise<number | undefined> => {
    if (state.Type === "Wait") return instantOf(await evaluate(state.Timestamp, scopeOf(execution)));
    const seconds = await evaluate(state.TimeoutSeconds, scopeOf(execution));
    return typeof seconds === "number" ? clock.now() + seconds * 1000 : undefined;
  };

  const watch = ({ arn, token, deadline }: Execution, { Type }: State) => {
    if (deadline === undefined || !token) return;
    const error = Type === "Wait" ? undefined : "States.Timeout";
    cancel.set(
      arn,
      clock.setTimer(deadline, () => settle(token, error)),
    );
  };

  const call = async (execution: Execution, state: Task): Promise<void> => {
    const { FunctionName, Payload } = (await evaluate(state.Arguments, scopeOf(execution))) as {
      FunctionName: string;
      Payload: unknown;
    };
    const outcome = (await functionOf(FunctionName)?.invoke(Payload)) ?? {
      is: "error" as const,
      type: "Lambda.ResourceNotFoundException",
      message: "",
    };
    if (outcome.is === "result") {
      if (!waitsForToken(state)) return settle(execution.token ?? "");
      const current = executions.get(execution.arn);
      if (current?.token === execution.token && current?.status === "RUNNING")
        keep({ ...current, isTaken: true });
      return;
    }
    const error = outcome.is === "throttled" ? "Lambda.TooManyRequestsException" : outcome.type;
    // The wait may have ended meanwhile: at its deadline, or by somebody who had the token.
    const isOver = () => isStopped || executions.get(execution.arn)?.token !== execution.token;
    if (isOver()) return;
    const pause = pauseBeforeRetry(state, error, execution.tries);
    if (pause === undefined) return settle(execution.token ?? "", error);
    // Each try has a token and a deadline of its own; in between nobody waits for anything.
    const { token = "", deadline: _deadline, ...rest } = execution;
    byToken.delete(token);
    cancel.get(execution.arn)?.();
    const again = { ...rest, tries: execution.tries + 1 };
    keep(again);
    clock.setTimer(clock.now() + pause, () => {
      if (!isStopped && executions.get(execution.arn) === again) void enter(again);
    });
  };

  /** Ends a wait with an error, or without one; a token that is no longer waited for is refused. */
  const settle = (token: string, error?: string): void => {
    const arn = byToken.get(token);
    const execution = arn ? executions.get(arn) : undefined;
    if (!execution || execution.token !== token || execution.status !== "RUNNING") return;
    byToken.delete(token);
    cancel.get(execution.arn)?.();
    void orFail(execution, () => next(execution, error));
  };

  const next = async (execution: Execution, error: string | undefined): Promise<void> => {
    const {
      token: _token,
      deadline: _deadline,
      isTaken: _isTaken,
      ...rest
    } = executions.get(execution.arn) ?? execution;
    const state = stateOf(execution);
    if (state.Type === "Wait") return enter({ ...rest, state: state.Next, tries: 0 });
    if (!error) return keep({ ...rest, status: "SUCCEEDED" });
    const caught = state.Catch?.find(({ ErrorEquals }) => fits(ErrorEquals, error));
    if (!caught) return keep({ ...rest, status: "FAILED" });
    const assigned = (await evaluate(
      caught.Assign ?? {},
      scopeOf(execution, { errorOutput: { Error: error } }),
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
    deploy: (machineArn, definition, isLogged) => {
      machines.set(machineArn, readDefinition(definition));
      if (isLogged) logged.add(machineArn);
    },
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
      const fresh = newExecution({ arn, name, machineArn, input, startedAt, state: machine.StartAt });
      keep(fresh);
      note(machineArn, "executions");
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
    stop: () => {
      isStopped = true;
    },
    running: () => [...executions.values()].filter(({ status }) => status === "RUNNING").length,
    resume: () => {
      for (const execution of executions.values()) {
        if (execution.status !== "RUNNING") continue;
        // A token that was given out is still good; a task that had not been entered yet is entered now.
        if (execution.token) {
          const state = stateOf(execution);
          byToken.set(execution.token, execution.arn);
          watch(execution, state);
          if (state.Type === "Task" && !execution.isTaken) void dispatch(execution, state);
        } else void enter(execution);
      }
    },
  };
}

function instantOf(timestamp: unknown): number {
  const instant = Date.parse(String(timestamp));
  if (Number.isNaN(instant)) throw new Error(`${String(timestamp)} is no instant`);
  return instant;
}
