import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Clock } from "./clock.ts";
import { functionLog } from "./function-log.ts";
import type { Meter } from "./meter.ts";
import { aroundLineBytes, runLogBytes } from "./meter-logs.ts";
import type { Used } from "./meter-worker.ts";
import { answerOver, type Services } from "./wire.ts";

/** A function as the template declares it. */
export interface FunctionDeclaration {
  readonly name: string;
  /** Folder of its code and its handler: `messages/route-queue.handler`. */
  readonly code: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Whether Lambda writes a line when a run starts and one when it ends. */
  readonly logsRuns: boolean;
  /** Most invocations at once. @default no limit */
  readonly concurrency?: number | undefined;
}

/** What came of an invocation, as Lambda reports it. */
export type Outcome =
  | { readonly is: "result"; readonly value: unknown }
  | { readonly is: "error"; readonly type: string; readonly message: string }
  | { readonly is: "throttled" };

/** A running function. */
export interface LocalFunction {
  readonly name: string;
  /** What readings of the meter call it: its entry, which functions with the same code share. */
  readonly path: string;
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** Whether another invocation would be taken. */
  readonly hasRoom: () => boolean;
  readonly running: () => number;
  /** The next invocation loads the code afresh; those that run end with the code they have. */
  readonly reload: () => void;
  readonly stop: () => Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly used: Used;
  readonly result?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly stack?: string };
}

/** Runs a function in a worker of its own, which is started when it is first needed. */
export function startFunction(
  declared: FunctionDeclaration,
  clock: Clock,
  using: { readonly logFolder: string | undefined; readonly meter: Meter; readonly services: Services },
): LocalFunction {
  const waiting = new Map<number, { readonly by: Worker; readonly resolve: (outcome: Outcome) => void }>();
  const path = declared.handler.replace(/\.handler$/, "");
  const { meter } = using;
  const log = functionLog(using.logFolder, { name: declared.name, path });
  const noteOutput = (chunk: Buffer) => {
    meter.count(
      path,
      "logs.bytes",
      chunk.length + aroundLineBytes * chunk.toString().trim().split("\n").length,
    );
    log.wrote(chunk.toString());
  };
  let worker: Worker | undefined;
  let lastId = 0;
  let isStopping = false;

  const settle = (id: number, outcome: Outcome) => {
    const found = waiting.get(id);
    waiting.delete(id);
    found?.resolve(outcome);
    if (found && found.by !== worker) endWhenDone(found.by);
  };
  const fall = (failed: Worker, type: string, message: string) => {
    if (worker === failed) worker = undefined;
    for (const [id, { by }] of waiting) if (by === failed) settle(id, { is: "error", type, message });
  };
  /** A process that ends with runs in it has failed them, unless the cloud itself is stopping. */
  const end = (ended: Worker) => {
    const [type, message] = ["Runtime.ExitError", "the function's process ended"] as const;
    const isFailure = !isStopping && [...waiting.values()].some(({ by }) => by === ended);
    if (isFailure) log.failed({ errorType: type, errorMessage: message });
    fall(ended, type, message);
  };
  /** A worker that gets no more events ends with its last invocation. */
  const endWhenDone = (old: Worker) => {
    if (![...waiting.values()].some(({ by }) => by === old)) void old.terminate();
  };
  const start = (): Worker => {
    const started = launch(declared, clock, using.services);
    started.stdout.on("data", noteOutput);
    started.stderr.on("data", noteOutput);
    started.on("message", ({ id, result, error, used }: Reply) => {
      meterRun(path, used, declared, meter);
      if (error) log.failed(error);
      settle(
        id,
        error
          ? { is: "error", type: error.errorType, message: error.errorMessage }
          : { is: "result", value: JSON.parse(result ?? "null") },
      );
    });
    started.on("error", (error: Error) => {
      log.failed({ errorType: error.name, errorMessage: error.message, stack: error.stack });
      fall(started, "Runtime.ExitError", error.message);
    });
    started.on("exit", () => end(started));
    return started;
  };

  return {
    name: declared.name,
    path,
    running: () => waiting.size,
    hasRoom: () => waiting.size < (declared.concurrency ?? Number.POSITIVE_INFINITY),
    invoke: (event) => {
      if (waiting.size >= (declared.concurrency ?? Number.POSITIVE_INFINITY))
        return Promise.resolve({ is: "throttled" });
      const target = (worker ??= start());
      const id = (lastId += 1);
      const milliseconds = declared.timeoutSeconds * 1000;
      const message = {
        id,
        event: JSON.stringify(event),
        requestId: randomUUID(),
        functionName: declared.name,
        deadline: Date.now() + milliseconds,
      };
      return new Promise<Outcome>((resolve) => {
        const timer = setTimeout(() => {
          // Lambda stops the whole environment; what else ran in it was in other environments there, so only this one fails
          // and the worker, which may be hanging, gets no more events.
          if (worker === target) worker = undefined;
          const timedOut = {
            type: "Sandbox.Timedout",
            message: `timed out after ${declared.timeoutSeconds} seconds`,
          };
          log.failed({ errorType: timedOut.type, errorMessage: timedOut.message });
          settle(id, { is: "error", ...timedOut });
        }, milliseconds);
        const done = (outcome: Outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        };
        waiting.set(id, { by: target, resolve: done });
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        target.postMessage(message);
      });
    },
    reload: () => {
      const old = worker;
      worker = undefined;
      if (old) endWhenDone(old);
    },
    stop: async () => {
      isStopping = true;
      const all = new Set([...[...waiting.values()].map(({ by }) => by), ...(worker ? [worker] : [])]);
      await Promise.all([...all].map((one) => one.terminate()));
    },
  };
}

/** Lambda bills whole milliseconds. */
function meterRun(
  path: string,
  used: Used,
  { memoryMegabytes, logsRuns }: FunctionDeclaration,
  meter: Meter,
): void {
  const seconds = Math.max(1, Math.ceil(used.milliseconds)) / 1000;
  meter.count(path, "lambda.requests");
  meter.count(path, "lambda.seconds", seconds);
  meter.count(path, "lambda.gigabyteSeconds", (seconds * memoryMegabytes) / 1024);
  meter.count(path, "lambda.runningSeconds", used.runningMicroseconds / 1_000_000);
  meter.count(path, "lambda.bytesOut", used.bytesOut);
  if (logsRuns) meter.count(path, "logs.bytes", runLogBytes);
}

function launch(
  { code, handler, environment }: FunctionDeclaration,
  clock: Clock,
  services: Services,
): Worker {
  const { port1: ours, port2: wire } = new MessageChannel();
  answerOver(ours, services);
  const dot = handler.lastIndexOf(".");
  const file = pathToFileURL(join(code, `${handler.slice(0, dot)}.mjs`)).href;
  return new Worker(new URL("./lambda.worker.ts", import.meta.url), {
    workerData: {
      file,
      exportName: handler.slice(dot + 1),
      clock: clock.shared,
      wire,
      served: [...services.keys()],
    },
    transferList: [wire],
    env: { ...environment, PATH: process.env["PATH"] ?? "" },
    // What a run leaves behind is gone by the time that this is full: copying it out of the way would be most of collecting it.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
    execArgv: ["--enable-source-maps", "--disable-warning=ExperimentalWarning"],
    stdout: true,
    stderr: true,
  });
}
