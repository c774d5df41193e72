import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Finding, short } from "../speed/figure.ts";
import { ownCheckout } from "./checkout.ts";
import type { Measured } from "./measured.ts";

/** Messages from the API to the phones and back on the whole local cloud: how many a second, what became of them, and whose work they were. */
export async function endToEnd(isQuick: boolean): Promise<Finding> {
  const count = isQuick ? 200 : 10_000;
  const measured = await measure(count);
  const { seconds, acceptedSeconds, ends, open, late, reached, doubled, cpu } = measured;
  const per = Object.entries(cpu).map(([whose, microseconds]) => ({ whose, each: microseconds / count }));
  const total = per.reduce((sum, { each }) => sum + each, 0);
  return {
    figures: [
      {
        name: "messages a second end to end on two cores",
        value: count / seconds,
        unit: "",
        owed: { is: "at least", value: 470 },
        wanted: { is: "at least", value: 1_000 },
        because: `${count.toLocaleString("en-US")} messages through POST /v1/messages until the last signed callback made the last one final: ${short(seconds)} s, ${short(total)} µs of CPU each`,
      },
      {
        name: "of these lost, doubled or left without a final state",
        value: count - reached + doubled + open,
        unit: "",
        owed: { is: "at most", value: 0 },
        wanted: { is: "at most", value: 0 },
        because: `the simulated carrier took ${reached.toLocaleString("en-US")} different texts, ${doubled} of them more than once; the API says ${Object.entries(
          ends,
        )
          .map(([status, some]) => `${some.toLocaleString("en-US")} ${status}`)
          .join(", ")}`,
      },
    ],
    details: [
      `accepted after ${short(acceptedSeconds)} s, the last one final after ${short(seconds)} s; ${late} left to the sweeper`,
      ...per.map(
        ({ whose, each }) => `CPU of ${whose}: ${short(each)} µs a message, ${short((100 * each) / total)} %`,
      ),
    ],
  };
}

/** In a checkout and a process of its own. */
async function measure(count: number): Promise<Measured> {
  const folder = ownCheckout();
  const program = join(folder, "bench/end-to-end/cloud.process.ts");
  // As `npm start` runs it.
  const child = fork(program, [String(count)], { cwd: folder, execArgv: ["--max-semi-space-size=64"] });
  const ended = once(child, "exit").then(([code]): never => {
    throw new Error(`The cloud's process ended with ${String(code)} and measured nothing`);
  });
  const [measured] = (await Promise.race([once(child, "message"), ended])) as [Measured];
  return measured;
}
