import type { Screen } from "./command.ts";
import { paintFor } from "./paint.ts";

/** Results on standard output, everything for people on the side. */
export function screenFor(isJson: boolean): Screen {
  const { stdout, stderr } = process;
  let isHalf = false;
  const line = (text: string): void => void stdout.write(`${text}\n`);
  const clear = (): void => {
    if (isHalf) stderr.write("\r\u001B[K");
    isHalf = false;
  };
  return {
    isJson,
    paint: paintFor(stdout),
    line: (text) => {
      clear();
      line(text);
    },
    show: (answer, text) => {
      clear();
      line(isJson ? JSON.stringify(answer, undefined, stdout.isTTY ? 2 : 0) : text());
    },
    note: (text) => {
      clear();
      stderr.write(`${text}\n`);
    },
    progress: (text) => {
      if (!stderr.isTTY) return;
      stderr.write(`\r\u001B[K${text}`);
      isHalf = true;
    },
  };
}
