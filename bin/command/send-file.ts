import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import type { Body, Heliograph } from "../../client/client.ts";
import { type Given, needed, type Using } from "./command.ts";
import { spanOf } from "./table.ts";

/** How many calls are under way at once. */
const lanes = 16;

interface Line {
  readonly number: number;
  readonly text: string;
  /** The same again? People may be written the same twice, but not because a file is sent again. */
  readonly occurrence: number;
}

/** Sends a message for each line; run again after a failure, only what is missing is sent. */
export async function sendFile(given: Given, { api, screen, signal }: Using): Promise<number> {
  const path = needed(given, "file");
  const name = given.option("once") ?? basename(path);
  const tally = new Map<string, number>();
  const count = (what: string): void => void tally.set(what, (tally.get(what) ?? 0) + 1);
  const began = performance.now();
  let done = 0;
  const lines = linesOf(path);
  const work = async (): Promise<void> => {
    for await (const line of lines) {
      try {
        count((await sendLine(api(), line, name, signal)).status);
      } catch (error) {
        signal.throwIfAborted();
        count("not accepted");
        screen.note(`line ${line.number}: ${(error as Error).message}`);
      }
      done += 1;
      const seconds = (performance.now() - began) / 1000;
      screen.progress(`${done} lines in ${spanOf(seconds)}, ${Math.round(done / seconds)} a second`);
    }
  };
  // One line after the other comes off the file; each lane takes the next when it is free.
  await Promise.all(Array.from({ length: lanes }, work));
  const failed = tally.get("not accepted") ?? 0;
  const counts = [...tally].map(([what, times]) => `${times} ${what}`).join(", ");
  screen.show(
    { lines: done, ...Object.fromEntries(tally) },
    () => `${done} lines: ${counts || "nothing to send"}`,
  );
  if (failed > 0) screen.note("Mend the lines and run it again: what was accepted is not sent again.");
  return failed > 0 ? 1 : 0;
}

/** The key is made from what the line says, wherever it stands: lines may be mended, added and taken out before the next run. */
async function sendLine(api: Heliograph, { text, occurrence }: Line, name: string, signal: AbortSignal) {
  const body = JSON.parse(text) as Body<Heliograph["sendMessage"]>;
  const idempotencyKey = createHash("sha256").update(`${name}\n${occurrence}\n${text}`).digest("hex");
  return api.sendMessage(body, { idempotencyKey, signal });
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  const input = path === "-" ? process.stdin : createReadStream(path);
  const seen = new Map<string, number>();
  let number = 0;
  for await (const text of createInterface({ input })) {
    number += 1;
    if (!text.trim()) continue;
    const occurrence = (seen.get(text) ?? 0) + 1;
    seen.set(text, occurrence);
    yield { number, text, occurrence };
  }
}
