import { createRequire, syncBuiltinESMExports } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { virtualNow } from "./clock.ts";

// One Lambda function: its own environment and event loop, and a clock that is the cloud's.
const { file, exportName, clock } = workerData as {
  file: string;
  exportName: string;
  clock: SharedArrayBuffer;
};
const origin = new Float64Array(clock);
const realNow = Date.now.bind(Date);

installClock();

interface Invocation {
  readonly id: number;
  readonly event: unknown;
  readonly requestId: string;
  readonly functionName: string;
  readonly deadline: number;
}

const loaded = import(file) as Promise<Record<string, (event: unknown, context: object) => unknown>>;

parentPort?.on("message", (invocation: Invocation) => void run(invocation));

async function run({ id, event, requestId, functionName, deadline }: Invocation): Promise<void> {
  try {
    const handler = (await loaded)[exportName];
    if (!handler) throw new Error(`${file} exports no ${exportName}`);
    const context = {
      functionName,
      awsRequestId: requestId,
      invokedFunctionArn: functionName,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    };
    const result = await handler(event, context);
    parentPort?.postMessage({ id, result: JSON.stringify(result ?? null) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    parentPort?.postMessage({ id, error: { errorType: name, errorMessage: message, stack } });
  }
}

/** Dates and pauses follow the cloud's clock; the global timers stay real, because clients of services time out by them. */
function installClock(): void {
  const RealDate = Date;
  const now = () => Math.floor(virtualNow(origin, realNow()));
  const VirtualDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, parameters: [], newTarget): object =>
      Reflect.construct(
        target,
        parameters.length === 0 ? [now()] : parameters,
        newTarget === VirtualDate ? target : newTarget,
      ),
    apply: () => new RealDate(now()).toString(),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  globalThis.Date = VirtualDate;
  const promises = createRequire(import.meta.url)("node:timers/promises") as { setTimeout: typeof pause };
  promises.setTimeout = pause;
  syncBuiltinESMExports();
}

/** Longest real nap: a clock that jumps ahead is noticed within it. */
const napMilliseconds = 20;

async function pause<T>(milliseconds = 1, value?: T): Promise<T | undefined> {
  const end = virtualNow(origin, realNow()) + milliseconds;
  for (let left = milliseconds; left > 0; left = end - virtualNow(origin, realNow())) {
    const real = left / (origin[2] ?? 1);
    await new Promise((resolve) => setTimeout(resolve, Math.min(real, napMilliseconds)));
  }
  return value;
}
