import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Environment, Screen } from "../../bin/command/command.ts";
import { paintFor } from "../../bin/command/paint.ts";
import { run } from "../../bin/command/run.ts";

/** Where the command line lies. */
export const program = fileURLToPath(new URL("../../bin/heliograph.mjs", import.meta.url));

/** What a command showed. */
export interface Shown {
  readonly code: number;
  readonly output: string;
  readonly notes: string;
}

/** Does what was typed in this process. */
export async function typed(
  words: readonly string[],
  environment: Environment,
  signal: AbortSignal = new AbortController().signal,
): Promise<Shown> {
  const [lines, notes]: [string[], string[]] = [[], []];
  const screenFor = (isJson: boolean): Screen => ({
    isJson,
    paint: paintFor(process.stdout),
    line: (text) => void lines.push(text),
    show: (answer, text) => void lines.push(isJson ? JSON.stringify(answer) : text()),
    note: (text) => void notes.push(text),
    progress: (text) => void notes.push(text),
  });
  const code = await run(words, { environment: { ...environment, NO_COLOR: "1" }, screenFor, signal });
  return { code, output: lines.join("\n"), notes: notes.join("\n") };
}

/** A line as a shell reads it: the words of our program, without pipes and redirections. */
export function wordsOf(line: string): string[] {
  const own = line.replace(/ (\||>>?) .*$/, "");
  const { stdout } = spawnSync("bash", ["-c", `printf '%s\\n' ${own}`]);
  return stdout.toString().trimEnd().split("\n");
}

/** Runs a program of its own, to its end. */
export async function runs(
  command: string,
  words: readonly string[],
  options: { env: NodeJS.ProcessEnv; cwd?: string },
) {
  const child = spawn(command, words, options);
  let [output, notes] = ["", ""];
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (notes += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("exit", resolve));
  return { code, output, notes };
}
