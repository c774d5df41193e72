import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where it shows what a function writes and how its runs fail. */
export interface FunctionLog {
  /** What the function wrote. */
  readonly wrote: (text: string) => void;
  readonly failed: (failure: Failure) => void;
}

/** How a run failed, as Lambda reports it. */
interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stack?: string | undefined;
}

/** A function's log: a file of its own in the folder, or without one its errors alone, for whoever sees this process. */
export function functionLog(
  folder: string | undefined,
  { name, path }: { readonly name: string; readonly path: string },
  show: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): FunctionLog {
  return folder === undefined ? errorLog(path, show) : fileLog(folder, name);
}

function fileLog(folder: string, name: string): FunctionLog {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.log`);
  const wrote = (text: string) => appendFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
  return { wrote, failed: (failure) => wrote(JSON.stringify(failure)) };
}

/** One line for each error. What a failure says may quote a person, so that only its kind and place are shown. */
function errorLog(path: string, show: (line: string) => void): FunctionLog {
  let begun = "";
  return {
    wrote: (text) => {
      const lines = (begun + text).split("\n");
      begun = lines.pop() ?? "";
      for (const line of lines) {
        const error = errorIn(line);
        if (error) show(`${path}: ${error}`);
      }
    },
    failed: ({ errorType, stack }) => show(`${path}: failed ${[errorType, placeIn(stack)].join(" ").trim()}`),
  };
}

/** What a line of our log at the level of errors says; undefined for any other. */
function errorIn(line: string): string | undefined {
  try {
    const { level, event, ...fields } = JSON.parse(line);
    if (level !== "error") return undefined;
    const said = Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`);
    return [event, ...said].join(" ");
  } catch {
    return undefined;
  }
}

function placeIn(stack = ""): string {
  // A message stands before the places and may have rows of its own.
  const at = stack.split("\n").find((row) => /^\s+at .+:\d+:\d+\)?$/.test(row));
  return at?.trim() ?? "";
}
