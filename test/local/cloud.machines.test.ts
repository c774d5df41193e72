import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { describe, expect, it } from "vitest";
import { failoverDefinition } from "../../lib/constructs/failover-definition.ts";
import { aCloud, aFunction, clientFor, type TestCloud, until } from "./cloud.fixture.ts";

const half = 1_800_000;
const machineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:failover";
const resources = {
  Step: aFunction("step"),
  Machine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      StateMachineName: "failover",
      DefinitionString: {
        "Fn::Sub": JSON.stringify(failoverDefinition("FUNCTION")).replace("FUNCTION", "${Step.Arn}"),
      },
    },
  },
};
const step = `export const handler = async (event) => note({ ...event, now: Date.now() });`;
/** One that dies as often as is said before it does its work. */
const dying = (times: number) =>
  `let calls = 0; export const handler = async (event) => { note({ ...event, now: Date.now() }); calls += 1; if (calls <= ${times}) throw new Error("died"); };`;

/** A cloud with the deployed machine, and how to use it. */
async function aMachine(code = step) {
  const test = await aCloud(resources, { step: code });
  const start = (name: string, input: object) =>
    new SFNClient(clientFor(test.cloud)).send(
      new StartExecutionCommand({ stateMachineArn: machineArn, name, input: JSON.stringify(input) }),
    );
  return { test, start, at: test.cloud.clock.now() + half };
}

const part = { part: 2, parts: 4 };
const called = ({ notes }: TestCloud, times: number) => until(() => notes().length >= times && notes());

describe("a state machine", () => {
  it("waits until an instant on the cloud's clock, and not less, then tells its function what it was given", async () => {
    const { test, start, at } = await aMachine();
    await start("one", { at, ...part });
    test.cloud.clock.advance(half - 5_000);
    expect(test.notes()).toEqual([]);
    test.cloud.clock.advance(5_000);
    const [note] = await called(test, 1);
    expect(note).toMatchObject({ ...part, at, isRepeat: false });
    expect(Number(note?.["now"])).toBeGreaterThanOrEqual(at);
  });

  it("goes on at once when its instant has passed", async () => {
    const { test, start, at } = await aMachine();
    await start("late", { at: at - 2 * half, ...part });
    expect(await called(test, 1)).toHaveLength(1);
  });

  it("tries again after the retrier's pauses on the cloud's clock, and says so", async () => {
    const { test, start, at } = await aMachine(dying(2));
    await start("one", { at, ...part });
    await until(() => {
      test.cloud.clock.advance(60_000);
      return test.notes().length === 1;
    });
    for (const [seconds, times] of [
      [1, 2],
      [2, 3],
    ] as const) {
      await until(() => {
        test.cloud.clock.advance(100);
        return test.notes().length === times;
      });
      const [before, after] = test.notes().slice(-2);
      expect(Number(after?.["now"]) - Number(before?.["now"])).toBeGreaterThanOrEqual(seconds * 1000 - 100);
    }
    expect(test.notes().map(({ isRepeat }) => isRepeat)).toEqual([false, true, true]);
  });

  it("treats the same start again as the same execution, and refuses its name for another one", async () => {
    const { start, at } = await aMachine();
    const { executionArn } = await start("one", { at, ...part });
    expect((await start("one", { at, ...part })).executionArn).toBe(executionArn);
    await expect(start("one", { at: at + 1, ...part })).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });

  it("refuses the name of an execution that has ended", async () => {
    const { test, start, at } = await aMachine();
    const past = { at: at - 2 * half, ...part };
    await start("one", past);
    await called(test, 1);
    const refusal = await until(() =>
      start("one", past).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    expect(refusal).toBeInstanceOf(ExecutionAlreadyExists);
  });

  it("ends an execution whose expression fails, and goes on with the others", async () => {
    const { test, start, at } = await aMachine();
    await start("broken", {});
    await start("whole", { at: at - 2 * half, ...part });
    expect(await called(test, 1)).toHaveLength(1);
    await expect(start("broken", {})).rejects.toBeInstanceOf(ExecutionAlreadyExists);
  });
});

describe("a restart", () => {
  it("leaves a wait as it is: it still ends at its instant", async () => {
    const { test, start, at } = await aMachine();
    await start("one", { at, ...part });
    await test.restart();
    expect(test.notes()).toEqual([]);
    test.cloud.clock.advance(half);
    expect(await called(test, 1)).toMatchObject([{ at, isRepeat: false }]);
  });

  it("calls a function again whose call it cut off", async () => {
    const slow = `export const handler = async (event) => { note({ ...event }); await new Promise((resolve) => setTimeout(resolve, 5000)); };`;
    const { test, start, at } = await aMachine(slow);
    const past = at - 2 * half;
    await start("one", { at: past, ...part });
    await called(test, 1);
    await test.restart();
    expect(await called(test, 2)).toMatchObject([{ at: past }, { at: past }]);
  });
});
