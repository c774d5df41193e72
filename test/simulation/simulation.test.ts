import { readdirSync, readFileSync } from "node:fs";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { simulate } from "./simulate.ts";

const Kept = z.object({
  seed: z.number(),
  promise: z.string(),
  operations: z.array(z.string()),
  faults: z.array(z.string()),
});
const folder = new URL("regressions/", import.meta.url);
const kept = readdirSync(folder).filter((name) => name.endsWith(".json"));

describe("the simulation", () => {
  it.each([11, 22, 33, 44, 55])(
    "breaks no promise with seed %i, and runs the same way every time",
    async (seed) => {
      const [one, again] = [await simulate(seed), await simulate(seed)];
      expect(one.violations).toEqual([]);
      expect(again.traceHash).toBe(one.traceHash);
      expect(one.messages).toBeGreaterThan(2);
    },
  );

  it("hits a run with other faults when one is left out, and leaves the rest as they were", async () => {
    const whole = await simulate(7);
    const [first] = whole.hit;
    const fewer = await simulate(7, { faults: new Set(whole.hit.filter((one) => one !== first)) });
    expect(first).toBeDefined();
    expect(fewer.hit).not.toContain(first);
    expect(fewer.violations).toEqual([]);
  });
});

describe("a run that once broke a promise", () => {
  it.each(kept)("keeps it now: %s", async (name) => {
    const { seed, promise, operations, faults } = Kept.parse(
      JSON.parse(readFileSync(new URL(name, folder), "utf8")),
    );
    const outcome = await simulate(seed, { operations: new Set(operations), faults: new Set(faults) });
    expect(outcome.violations.filter((one) => one.promise === promise)).toEqual([]);
    expect(outcome.events).toBeGreaterThan(0);
  });
});
