import { createRequire, syncBuiltinESMExports } from "node:module";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { speedOf, virtualNow } from "./clock.ts";
import { usageSince } from "./meter-worker.ts";
import { takeWire } from "./wire.worker.ts";

// One Lambda function: its own environment and event loop, and a clock that is the cloud's.
const { file, exportName, clock, wire, served } = workerData as {
  file: string;
  exportName: string;
  clock: SharedArrayBuffer;
  wire: MessagePort;
  served: readonly string[];
};
const origin = new Float64Array(clock);
const realNow = Date.now.bind(Date);

installClock();
takeWire(wire, served);

interface Invocation {
  readonly id: number;
  /** As JSON. */
  readonly event: string;
  readonly requestId: string;
  readonly functionName: string;
  readonly deadline: number;
}

const cloudNow = () => virtualNow(origin, realNow());
const usage = usageSince(cloudNow);

const loaded = import(file).finally(usage.startAfresh) as Promise<
  Record<string, (event: unknown, context: object) => unknown>
>;

parentPort?.on("message", (invocation: Invocation) => void run(invocation));

async function run({ id, event, requestId, functionName, deadline }: Invocation): Promise<void> {
  let begun = cloudNow();
  try {
    const handler = (await loaded)[exportName];
    begun = cloudNow();
    if (!handler) throw new Error(`${file} exports no ${exportName}`);
    const context = {
      functionName,
      awsRequestId: requestId,
      invokedFunctionArn: functionName,
      getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
    };
    const result = await handler(JSON.parse(event), context);
    tell({ id, used: usage.of(begun), result: JSON.stringify(result ?? null) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    tell({ id, used: usage.of(begun), error: { errorType: name, errorMessage: message, stack } });
  }
}

function tell(reply: object): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  parentPort?.postMessage(reply);
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
  RealDate.prototype.constructor = VirtualDate;
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
    const real = left / speedOf(origin);
    await new Promise((resolve) => setTimeout(resolve, Math.min(real, napMilliseconds)));
  }
  return value;
}
