import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A process of the benchmark that is asked and answers. */
export interface Child {
  /** Asks and waits for the answer; fails when the process ends instead. */
  readonly ask: (message: unknown) => Promise<unknown>;
  /** What it says unasked when it is ready. */
  readonly ready: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Starts a program of this folder in a process of its own; it answers questions in their order. */
export function startChild(
  program: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Child {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [...words], {
    env: { ...process.env, ...environment },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const answers = answersOf(child, program);
  const ready = answers();
  return {
    ready,
    ask: (message) => {
      const answer = answers();
      child.send(message as string | object);
      return answer;
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The next answer of the process. */
function answersOf(child: ChildProcess, program: string): () => Promise<unknown> {
  const waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  child.on("message", (answer) => waiting.shift()?.resolve(answer));
  child.on("exit", (code) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`${program} ended with ${String(code)}`));
  });
  return () => {
    const answer = new Promise<unknown>((resolve, reject) => waiting.push({ resolve, reject }));
    // Who stops a process does not wait for what it was asked.
    answer.catch(() => undefined);
    return answer;
  };
}
