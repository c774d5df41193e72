import {
  ExecutionAlreadyExists,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { failoverDefinition } from "../../lib/constructs/failover-definition.ts";
import { aCloud, aFunction, clientFor, type TestCloud, until } from "./cloud.fixture.ts";

const waitSeconds = 1800;

/** One task that waits for its token and comes back to itself with the next step. */
function definition(functionArn: string, more: object = {}) {
  return {
    QueryLanguage: "JSONata",
    StartAt: "Dispatch",
    States: {
      Dispatch: {
        Type: "Task",
        Resource: "arn:aws:states:::lambda:invoke.waitForTaskToken",
        Arguments: {
          FunctionName: functionArn,
          Payload: {
            id: "{% $states.context.Execution.Input.id %}",
            step: "{% $exists($step) ? $step : 0 %}",
            token: "{% $states.context.Task.Token %}",
          },
        },
        TimeoutSeconds: "{% $states.context.Execution.Input.wait %}",
        Retry: [{ ErrorEquals: ["Busy"], IntervalSeconds: 10, MaxAttempts: 2, BackoffRate: 2 }],
        Catch: [
          {
            ErrorEquals: ["States.Timeout", "StepFailed"],
            Assign: { step: "{% ($exists($step) ? $step : 0) + 1 %}" },
            Next: "Dispatch",
          },
        ],
        End: true,
        ...more,
      },
    },
  };
}

const machine = {
  Step: aFunction("step"),
  Machine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      StateMachineName: "failover",
      DefinitionString: {
        "Fn::Sub": JSON.stringify(definition("FUNCTION")).replace("FUNCTION", "${Step.Arn}"),
      },
    },
  },
};
const cohorts = {
  Step: aFunction("step"),
  Machine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      StateMachineName: "cohorts",
      DefinitionString: {
        "Fn::Sub": JSON.stringify(failoverDefinition("FUNCTION")).replace("FUNCTION", "${Step.Arn}"),
      },
    },
  },
};
const cohortsArn = "arn:aws:states:us-east-1:000000000000:stateMachine:cohorts";
const machineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:failover";
const step = `export const handler = async (event) => note({ ...event, at: Date.now() });`;

/** A cloud with the machine, and how to use it. */
async function aMachine(code = step) {
  const test = await aCloud(machine, { step: code });
  const sfn = () => new SFNClient(clientFor(test.cloud));
  return {
    test,
    start: (id: string, wait = waitSeconds) =>
      sfn().send(
        new StartExecutionCommand({
          stateMachineArn: machineArn,
          name: id,
          input: JSON.stringify({ id, wait }),
        }),
      ),
    succeed: (taskToken: string) => sfn().send(new SendTaskSuccessCommand({ taskToken, output: "{}" })),
    fail: (taskToken: string, error: string) => sfn().send(new SendTaskFailureCommand({ taskToken, error })),
  };
}

async function called({ notes }: TestCloud, times: number) {
  const all = await until(() => notes().length >= times && notes());
  return all.map(({ step, token, at }) => ({ step, token: String(token), at: Number(at) }));
}

describe("a state machine", () => {
  it("gives its function the task token, and the token ends the wait", async () => {
    const { test, start, succeed } = await aMachine();
    await start("one");
    const [first] = await called(test, 1);
    await succeed(first?.token ?? "");
    test.cloud.clock.advance(2 * waitSeconds * 1000);
    await until(() =>
      start("one").then(
        () => false,
        (error: unknown) => error instanceof ExecutionAlreadyExists,
      ),
    );
    expect(await called(test, 1)).toHaveLength(1);
  });

  it("moves to the next step with its assignment when a failure is caught", async () => {
    const { test, start, fail } = await aMachine();
    await start("one");
    const [first] = await called(test, 1);
    await fail(first?.token ?? "", "StepFailed");
    const [, second] = await called(test, 2);
    expect([first?.step, second?.step]).toEqual([0, 1]);
    expect(second?.token).not.toBe(first?.token);
  });

  it("moves to the next step at the deadline on the cloud's clock, and not before", async () => {
    const { test, start } = await aMachine();
    await start("one");
    const [first] = await called(test, 1);
    test.cloud.clock.advance(waitSeconds * 1000);
    const [, second] = await called(test, 2);
    expect(second?.step).toBe(1);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(waitSeconds * 1000 - 100);
  });

  it("refuses a token whose wait has ended", async () => {
    const { test, start, fail, succeed } = await aMachine();
    await start("one");
    const [first] = await called(test, 1);
    await fail(first?.token ?? "", "StepFailed");
    await called(test, 2);
    await expect(succeed(first?.token ?? "")).rejects.toBeInstanceOf(TaskTimedOut);
  });

  it("treats the same start again as the same execution, and refuses its name for another one", async () => {
    const { test, start } = await aMachine();
    const { executionArn } = await start("one");
    expect((await start("one")).executionArn).toBe(executionArn);
    await expect(start("one", 60)).rejects.toBeInstanceOf(ExecutionAlreadyExists);
    expect(await called(test, 1)).toHaveLength(1);
  });

  it("tries again after the retrier's pause on the cloud's clock", async () => {
    const busy = `let calls = 0; export const handler = async (event) => { note({ ...event, at: Date.now() }); calls += 1; if (calls < 3) throw Object.assign(new Error("busy"), { name: "Busy" }); };`;
    const { test, start } = await aMachine(busy);
    await start("one");
    await called(test, 1);
    for (const [seconds, times] of [
      [10, 2],
      [20, 3],
    ] as const) {
      await until(() => {
        test.cloud.clock.advance(1_000);
        return test.notes().length === times;
      });
      const seen = await called(test, times);
      expect((seen[times - 1]?.at ?? 0) - (seen[times - 2]?.at ?? 0)).toBeGreaterThanOrEqual(
        seconds * 1000 - 100,
      );
    }
    expect((await called(test, 3)).map(({ step }) => step)).toEqual([0, 0, 0]);
  });

  it("waits until an instant on the cloud's clock, then invokes a function that needs no token, and tells it how often it was tried", async () => {
    const again = `let calls = 0; export const handler = async (event) => { note({ ...event, at: Date.now() }); calls += 1; if (calls === 1) throw new Error("died"); };`;
    const test = await aCloud(cohorts, { step: again });
    const at = test.cloud.clock.now() + waitSeconds * 1000;
    const sfn = new SFNClient(clientFor(test.cloud));
    const command = new StartExecutionCommand({
      stateMachineArn: cohortsArn,
      name: `${at}-2-of-4`,
      input: JSON.stringify({ at, part: 2, parts: 4 }),
    });
    await sfn.send(command);
    await test.restart();
    expect(test.notes()).toEqual([]);
    await until(() => {
      test.cloud.clock.advance(60_000);
      return test.notes().length === 2;
    });
    const notes = test.notes();
    expect(notes).toMatchObject([
      { at: expect.any(Number), part: 2, parts: 4, isRepeat: false },
      { part: 2, parts: 4, isRepeat: true },
    ]);
    expect(Number(notes[0]?.["at"])).toBeGreaterThanOrEqual(at);
  });

  it("ends an execution whose expression fails, and goes on with the others", async () => {
    const { test, start } = await aMachine();
    const sfn = new SFNClient(clientFor(test.cloud));
    await sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: "broken", input: "{}" }));
    await start("whole");
    expect(await called(test, 1)).toHaveLength(1);
    const again = () =>
      sfn.send(new StartExecutionCommand({ stateMachineArn: machineArn, name: "broken", input: "{}" }));
    await expect(again()).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });
});

describe("a restart", () => {
  it("leaves a wait as it is: its token is good, and it still ends at its deadline", async () => {
    const { test, start, succeed } = await aMachine();
    await start("one");
    await start("two");
    const [first] = await called(test, 2);
    await test.restart();
    await succeed(first?.token ?? "");
    expect(test.notes()).toHaveLength(2);
    test.cloud.clock.advance(waitSeconds * 1000);
    const [, , third] = await called(test, 3);
    expect(third?.step).toBe(1);
    expect(test.notes()).toHaveLength(3);
  });

  it("calls a function again whose call it cut off", async () => {
    const slow = `export const handler = async (event) => { note({ ...event, at: Date.now() }); await new Promise((resolve) => setTimeout(resolve, process.env.SLOW === "no" ? 0 : 5000)); };`;
    const { test, start } = await aMachine(slow);
    await start("one");
    const [first] = await called(test, 1);
    await test.restart();
    const [, again] = await called(test, 2);
    expect(again).toMatchObject({ step: 0, token: first?.token });
  });
});
