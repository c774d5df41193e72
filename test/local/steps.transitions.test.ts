import { expect, it } from "vitest";
import { newEngine } from "../simulation/engine.ts";
import { faultsOf } from "../simulation/faults.ts";
import { newFunction } from "../simulation/lambda.ts";
import { newMachine } from "../simulation/machine.ts";
import { failoverDefinition } from "../../lib/constructs/failover-definition.ts";

/** The deployed definition in virtual time, with a function that does as told. */
function aMachine(work: (nth: number) => void) {
  const engine = newEngine(1, 0, faultsOf(1, new Set()));
  let calls = 0;
  const step = newFunction(engine, "step", 30_000, () => async () => work((calls += 1)));
  const machine = newMachine(engine, "arn", failoverDefinition("step"), step);
  engine.plan(0, () => machine.start("one", JSON.stringify({ at: 60_000, part: 1, parts: 1 })));
  return { engine, machine, calls: () => calls };
}

it("bills three transitions for everybody who waits for an instant, as AWS does", async () => {
  const { engine, machine, calls } = aMachine(() => undefined);
  await engine.runUntil(100_000);
  expect([calls(), machine.transitions(), machine.running()]).toEqual([1, 3, 0]);
});

it("bills one more for each time that it is tried again", async () => {
  const { engine, machine, calls } = aMachine((nth) => {
    if (nth < 3) throw new Error("died");
  });
  await engine.runUntil(100_000);
  expect([calls(), machine.transitions(), machine.running()]).toEqual([3, 5, 0]);
});
