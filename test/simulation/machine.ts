import { createMeter } from "../../local/meter.ts";
import { ServiceError } from "../../local/service-error.ts";
import { startSteps } from "../../local/steps.ts";
import { AwsError } from "../../functions/platform/aws-error.ts";
import { between } from "./chance.ts";
import type { Engine } from "./engine.ts";
import type { SimFunction } from "./lambda.ts";

/** A deployed state machine in virtual time. */
export interface SimMachine {
  /** Refuses a name that another execution has had. */
  readonly start: (name: string, input: string) => void;
  readonly running: () => number;
  /** Transitions as AWS bills them: from the start, between states, each retry, and to the end. */
  readonly transitions: () => number;
  /** Everything the machine was ever given: it keeps its history for 90 days. */
  readonly inputs: readonly string[];
}

/** Nothing is kept: a run in virtual time is never restarted. */
const noShelf = {
  put: () => undefined,
  get: () => undefined,
  remove: () => undefined,
  all: () => [],
  close: () => undefined,
};

/** Runs the very definition that is deployed, in the interpreter of the local cloud. */
export function newMachine(
  engine: Engine,
  arn: string,
  definition: Record<string, unknown>,
  step: SimFunction,
): SimMachine {
  const inputs: string[] = [];
  const calls = new Map<string, number>();
  const invoke = (payload: unknown) => {
    const event = JSON.stringify(payload);
    const nth = (calls.get(event) ?? 0) + 1;
    calls.set(event, nth);
    const key = `${Object.values(payload as object).join("/")}#${nth}`;
    return new Promise<Awaited<ReturnType<LocalInvoke>>>((resolve) => {
      engine.plan(engine.now() + between(5, 30, engine.seed, key), () =>
        step.invoke(key, payload, (outcome) =>
          resolve(
            outcome.is === "result"
              ? { is: "result", value: undefined }
              : { is: "error", type: "Lambda.Unknown", message: "" },
          ),
        ),
      );
    });
  };
  const setTimer = (at: number, run: () => void) => {
    let isOff = false;
    engine.plan(at, () => void (isOff || run()));
    return () => void (isOff = true);
  };
  const meter = createMeter();
  const steps = startSteps({ now: engine.now, setTimer }, noShelf, () => ({ invoke }), meter);
  steps.deploy(arn, JSON.stringify(definition), false);
  return {
    inputs,
    running: steps.running,
    transitions: () => {
      const { "states.steps": entered = 0, "states.executions": executions = 0 } = meter.reading().total;
      // Each state entered is one, and the way to the end one more.
      return entered + executions - steps.running();
    },
    start: (name, input) => {
      refusing(() => steps.start(arn, name, JSON.parse(input)));
      inputs.push(input);
    },
  };
}

type LocalInvoke = NonNullable<ReturnType<Parameters<typeof startSteps>[2]>>["invoke"];

/** What a service refuses reaches a client as its error. */
function refusing(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (error instanceof ServiceError) throw new AwsError(error.name, error.message, 400);
    throw error;
  }
}
