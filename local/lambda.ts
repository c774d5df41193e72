import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { Clock } from "./clock.ts";

/** A function as the template declares it. */
export interface FunctionDeclaration {
  readonly name: string;
  /** Folder of its code and its handler: `messages/route-queue.handler`. */
  readonly code: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
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
  readonly invoke: (event: unknown) => Promise<Outcome>;
  /** Whether another invocation would be taken. */
  readonly hasRoom: () => boolean;
  readonly running: () => number;
  /** Drops its worker: the next invocation loads the code afresh. */
  readonly reload: () => Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly stack?: string };
}

/** Runs a function in a worker of its own, which is started when it is first needed. */
export function startFunction(
  declared: FunctionDeclaration,
  clock: Clock,
  logFolder: string | undefined,
): LocalFunction {
  const waiting = new Map<number, (outcome: Outcome) => void>();
  const note = logTo(logFolder, declared.name);
  let worker: Worker | undefined;
  let lastId = 0;

  const settle = (id: number, outcome: Outcome) => {
    const resolve = waiting.get(id);
    waiting.delete(id);
    resolve?.(outcome);
  };
  const fall = (failed: Worker, type: string, message: string) => {
    if (worker !== failed) return;
    worker = undefined;
    for (const id of waiting.keys()) settle(id, { is: "error", type, message });
  };
  const start = (): Worker => {
    const started = launch(declared, clock);
    started.stdout.on("data", (chunk: Buffer) => note(chunk.toString()));
    started.stderr.on("data", (chunk: Buffer) => note(chunk.toString()));
    started.on("message", ({ id, result, error }: Reply) => {
      if (error) note(JSON.stringify(error));
      settle(
        id,
        error
          ? { is: "error", type: error.errorType, message: error.errorMessage }
          : { is: "result", value: JSON.parse(result ?? "null") },
      );
    });
    started.on("error", (error: Error) => {
      note(error.stack ?? error.message);
      fall(started, "Runtime.ExitError", error.message);
    });
    started.on("exit", () => fall(started, "Runtime.ExitError", "the function's process ended"));
    return started;
  };

  return {
    name: declared.name,
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
        event,
        requestId: randomUUID(),
        functionName: declared.name,
        deadline: Date.now() + milliseconds,
      };
      return new Promise<Outcome>((resolve) => {
        const timer = setTimeout(() => {
          // Lambda stops the whole environment; what else ran in it was in other environments there, so only this one fails.
          settle(id, {
            is: "error",
            type: "Sandbox.Timedout",
            message: `timed out after ${declared.timeoutSeconds} seconds`,
          });
        }, milliseconds);
        waiting.set(id, (outcome) => {
          clearTimeout(timer);
          resolve(outcome);
        });
        target.postMessage(message);
      });
    },
    reload: async () => {
      const old = worker;
      worker = undefined;
      for (const id of waiting.keys())
        settle(id, { is: "error", type: "Runtime.Reloaded", message: "its code changed" });
      await old?.terminate();
    },
  };
}

function launch({ code, handler, environment }: FunctionDeclaration, clock: Clock): Worker {
  const dot = handler.lastIndexOf(".");
  const file = pathToFileURL(join(code, `${handler.slice(0, dot)}.mjs`)).href;
  return new Worker(new URL("./lambda.worker.ts", import.meta.url), {
    workerData: { file, exportName: handler.slice(dot + 1), clock: clock.shared },
    env: { ...environment, PATH: process.env["PATH"] ?? "" },
    execArgv: ["--enable-source-maps", "--disable-warning=ExperimentalWarning"],
    stdout: true,
    stderr: true,
  });
}

function logTo(folder: string | undefined, name: string): (text: string) => void {
  if (!folder) return () => undefined;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  return (text) => appendFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
}
