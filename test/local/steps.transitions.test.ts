import { describe, expect, it } from "vitest";
import { newEngine } from "../simulation/engine.ts";
import { faultsOf } from "../simulation/faults.ts";
import { newFunction } from "../simulation/lambda.ts";
import { newMachine } from "../simulation/machine.ts";
import { cohortDefinition, messageDefinition } from "../../lib/constructs/failover-definitions.ts";

/** A deployed definition in virtual time, with a function that does as told. */
function aMachine(definition: Record<string, unknown>, work: (event: Event, nth: number) => void) {
  const engine = newEngine(1, 0, faultsOf(1, new Set()));
  let calls = 0;
  const step = newFunction(engine, "step", 30_000, () => async (event) => work(event as Event, (calls += 1)));
  const machine = newMachine(engine, "arn", definition, step);
  return { engine, machine, calls: () => calls };
}

interface Event {
  readonly taskToken: string;
  readonly step: number;
}

const message = JSON.stringify({ messageId: "msg_1", first: 0, waits: [60, 0] });

describe("transitions as AWS bills them", () => {
  it("are two for a message whose first step is seen", async () => {
    let token = "";
    const { engine, machine } = aMachine(
      messageDefinition("step"),
      ({ taskToken }) => void (token = taskToken),
    );
    engine.plan(0, () => machine.start("one", message));
    await engine.runUntil(10_000);
    machine.end(token);
    await engine.runUntil(100_000);
    expect([machine.transitions(), machine.running()]).toEqual([2, 0]);
  });

  it("are three for a message that moves on to its second and last step", async () => {
    const { engine, machine } = aMachine(messageDefinition("step"), ({ step, taskToken }) => {
      if (step === 1) engine.plan(engine.now() + 50, () => machine.end(taskToken));
    });
    engine.plan(0, () => machine.start("one", message));
    await engine.runUntil(100_000);
    expect([machine.transitions(), machine.running()]).toEqual([3, 0]);
  });

  it("are three for everybody in a cohort, and one more for each time it is tried again", async () => {
    const { engine, machine, calls } = aMachine(cohortDefinition("step"), (_, nth) => {
      if (nth < 3) throw new Error("died");
    });
    engine.plan(0, () => machine.start("one", JSON.stringify({ at: 60_000, part: 1, parts: 1 })));
    await engine.runUntil(100_000);
    expect([calls(), machine.transitions(), machine.running()]).toEqual([3, 5, 0]);
  });

  it("are one more for a step whose function died, and the wait starts afresh", async () => {
    const { engine, machine, calls } = aMachine(messageDefinition("step"), ({ step, taskToken }, nth) => {
      if (nth === 1) throw new Error("died");
      if (step === 1) engine.plan(engine.now() + 50, () => machine.end(taskToken));
    });
    engine.plan(0, () => machine.start("one", message));
    await engine.runUntil(100_000);
    expect([calls(), machine.transitions(), machine.running()]).toEqual([3, 4, 0]);
  });
});
