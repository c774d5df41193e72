import { type Outcome, simulate } from "./simulate.ts";

/** The smallest run found that still breaks the same promise: what to keep as a regression. */
export interface Regression {
  readonly seed: number;
  readonly promise: string;
  readonly what: string;
  readonly operations: readonly string[];
  readonly faults: readonly string[];
}

/** Leaves out operations and faults as long as the promise stays broken. */
export async function shrink(outcome: Outcome): Promise<Regression> {
  const [violation] = outcome.violations;
  if (!violation) throw new Error("Nothing to shrink");
  const { promise } = violation;
  const breaks = async (operations: readonly string[], faults: readonly string[]) => {
    const run = await simulate(outcome.seed, { operations: new Set(operations), faults: new Set(faults) });
    return run.violations.find((one) => one.promise === promise)?.what;
  };
  let operations = outcome.operations;
  let faults = outcome.hit;
  let { what } = violation;
  const isStillBroken = async (fewerOperations: readonly string[], fewerFaults: readonly string[]) => {
    const found = await breaks(fewerOperations, fewerFaults);
    what = found ?? what;
    return found !== undefined;
  };
  operations = await fewest(operations, (some) => isStillBroken(some, faults));
  faults = await fewest(faults, (some) => isStillBroken(operations, some));
  operations = await fewest(operations, (some) => isStillBroken(some, faults));
  return { seed: outcome.seed, promise, what, operations, faults };
}

/** Delta debugging: halves, then quarters, down to single ones. */
async function fewest(
  all: readonly string[],
  isEnough: (some: readonly string[]) => Promise<boolean>,
): Promise<readonly string[]> {
  let kept = all;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < kept.length;) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (await isEnough(without)) kept = without;
      else from += size;
    }
  }
  return kept;
}
