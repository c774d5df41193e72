import type { Engine } from "./engine.ts";
import type { SimFunction } from "./lambda.ts";

/** The failover state machine in virtual time: starts a step, waits for its token, goes on when none comes. */
export interface SimMachine {
  /** False when an execution of that name was started before. */
  readonly start: (name: string, input: string) => boolean;
  /** Ends the wait of a token; false when nobody waits for it any more. */
  readonly succeed: (taskToken: string) => boolean;
  readonly fail: (taskToken: string) => boolean;
  readonly running: () => number;
  /** Everything the machine was ever given: it keeps its history for 90 days. */
  readonly inputs: readonly string[];
}

interface Input {
  readonly messageId: string;
  readonly first: number;
  readonly waits: readonly number[];
}

/** Executes what lib/constructs/failover-machine.ts defines; test/local/cloud.machines.test.ts holds the definition to the same behaviour. */
export function newMachine(engine: Engine, step: SimFunction): SimMachine {
  const started = new Set<string>();
  const waiting = new Map<string, (is: "over" | "failed") => void>();
  const inputs: string[] = [];
  let running = 0;
  const end = (taskToken: string, is: "over" | "failed") => {
    const wake = waiting.get(taskToken);
    waiting.delete(taskToken);
    if (wake) engine.plan(engine.now() + 5, () => wake(is));
    return wake !== undefined;
  };
  const dispatch = (name: string, input: Input, at: number) => {
    const taskToken = `token/${name}/${at}`;
    let isOver = false;
    const over = (is: "over" | "failed" | "broken") => {
      if (isOver) return;
      isOver = true;
      waiting.delete(taskToken);
      if (is === "failed") dispatch(name, input, at + 1);
      else running -= 1;
    };
    waiting.set(taskToken, over);
    const seconds = input.waits[at] ?? 0;
    engine.plan(engine.now() + (seconds > 0 ? seconds : 60) * 1000, () => over("failed"));
    const event = { messageId: input.messageId, step: at, taskToken };
    step.invoke(`${name}/${at}`, event, (outcome) => {
      // A function that fails ends the execution: the sweeper finds the message.
      if (outcome.is === "failed") over("broken");
    });
  };
  return {
    inputs,
    running: () => running,
    start: (name, text) => {
      if (started.has(name)) return false;
      started.add(name);
      inputs.push(text);
      running += 1;
      const input = JSON.parse(text) as Input;
      engine.plan(engine.now() + 20, () => dispatch(name, input, input.first));
      return true;
    },
    succeed: (taskToken) => end(taskToken, "over"),
    fail: (taskToken) => end(taskToken, "failed"),
  };
}
