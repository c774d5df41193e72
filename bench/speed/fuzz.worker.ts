import { parentPort, workerData } from "node:worker_threads";
import { SegmentedMessage } from "sms-segments-calculator";
import * as z from "zod/mini";
import { segmentsOf } from "../../functions/channels/segments.ts";
import { fuzzedTexts } from "./fuzz.ts";

const { seed, count } = z.object({ seed: z.number(), count: z.number() }).parse(workerData);
const shown = 5;
const differing: string[] = [];
let differences = 0;

for (const text of fuzzedTexts(seed, count)) {
  const theirs = new SegmentedMessage(text);
  const ours = segmentsOf(text);
  if (ours.count === theirs.segmentsCount && ours.encoding === theirs.encodingName) continue;
  differences += 1;
  if (differing.length < shown) {
    differing.push(
      `${JSON.stringify(text)}: Twilio ${theirs.encodingName} ${theirs.segmentsCount}, ours ${ours.encoding} ${ours.count}`,
    );
  }
}

parentPort?.postMessage({ differences, differing });
