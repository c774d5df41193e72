import type { Clock } from "./clock.ts";
import { type Execution, newExecution, pauseBeforeRetry, scopeOf } from "./execution.ts";
import { evaluate } from "./expressions.ts";
import type { LocalFunction } from "./lambda.ts";
import type { Meter } from "./meter.ts";
import { historyEvents, historyLogBytes } from "./meter-logs.ts";
import { ServiceError } from "./service-error.ts";
import { type Definition, readDefinition, type State, type Task, type Wait } from "./state-language.ts";
import type { Shelf } from "./store.ts";

/** State machines that run. */
export interface Steps {
  readonly deploy: (machineArn: string, definition: string, isLogged: boolean) => void;
  readonly start: (
    machineArn: string,
    name: string,
    input: unknown,
  ) => { executionArn: string; startDate: number };
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
  const enter = async (execution: Execution): Promise<void> => {
    if (isStopped) return;
    note(execution.machineArn, "steps");
    keep(execution);
    await run(execution);
  };

  /** Does what its state says, from the beginning. An expression that fails ends the execution, as on AWS; it must not end the cloud. */
  const run = async (execution: Execution): Promise<void> => {
    try {
      const state = stateOf(execution);
      await (state.Type === "Wait" ? waitIn(execution, state) : call(execution, state));
    } catch (error) {
      console.error(`Execution ${execution.arn} failed:`, error);
      keep({ ...execution, status: "FAILED" });
    }
  };

  const waitIn = async (execution: Execution, { Timestamp, Next }: Wait): Promise<void> => {
    const at = instantOf(await evaluate(Timestamp, scopeOf(execution)));
    clock.setTimer(at, () => void enter({ ...execution, state: Next, tries: 0 }));
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
    if (outcome.is === "result") return keep({ ...execution, status: "SUCCEEDED" });
    const error = outcome.is === "throttled" ? "Lambda.TooManyRequestsException" : outcome.type;
    const pause = pauseBeforeRetry(state, error, execution.tries);
    if (pause === undefined) return keep({ ...execution, status: "FAILED" });
    const again = { ...execution, tries: execution.tries + 1 };
    keep(again);
    clock.setTimer(clock.now() + pause, () => void enter(again));
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
      note(machineArn, "executions");
      void enter(fresh);
      return { executionArn: arn, startDate: startedAt / 1000 };
    },
    stop: () => {
      isStopped = true;
    },
    running: () => [...executions.values()].filter(({ status }) => status === "RUNNING").length,
    resume: () => {
      for (const execution of executions.values()) if (execution.status === "RUNNING") void run(execution);
    },
  };
}

function instantOf(timestamp: unknown): number {
  const instant = Date.parse(String(timestamp));
  if (Number.isNaN(instant)) throw new Error(`${String(timestamp)} is no instant`);
  return instant;
}
