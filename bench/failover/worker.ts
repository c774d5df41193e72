import type { Grain } from "../../functions/messages/cohort.ts";
import { race, type Races } from "./races.ts";

/** What a worker is asked to run: seeds of one kind. */
export interface Task {
  readonly grain: Grain;
  readonly isRough: boolean;
  readonly races: number;
  readonly seconds: number;
  readonly from: number;
  readonly to: number;
}

// Lines of the log are the product's; here only figures count.
Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });
process.on("message", ({ from, to, ...kind }: Task) => {
  void (async () => {
    const results: Races[] = [];
    for (let seed = from; seed < to; seed += 1) results.push(await race({ ...kind, seed }));
    process.send?.(results);
  })();
});
