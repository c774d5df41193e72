import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { SegmentedMessage } from "sms-segments-calculator";
import * as z from "zod/mini";
import { segmentsOf } from "../../functions/channels/segments.ts";
import { type Finding, short } from "./figure.ts";
import { alternating } from "./measure.ts";

const Answer = z.object({ differences: z.number(), differing: z.array(z.string()) });

/** What businesses send: a plain text of one segment, one in another alphabet, and a long one with emoji. */
const texts = {
  "155 characters of GSM-7":
    "Hello Ada, your parcel arrives today between 10:00 and 12:00. Reply YES to confirm or NO to choose another day. Follow it at https://northwind.example/t/4711",
  "70 characters of UCS-2": "Cześć! Twoja paczka przyjedzie dziś między 10:00 a 12:00, więc czekaj.",
  "300 characters, mixed": `Dzień dobry Łucjo! 🚚 Ваш заказ №4711 уже в пути. ${"Odbiór jutro od 9:00 – zabierz dowód 👩‍👩‍👧‍👦 i kod “4711”. ".repeat(6)}`,
} as const;
const lengths = [155, 70, 300];

/** Compares our segment counter with the library that Twilio publishes: the same answers, and how much faster. */
export async function segments(isQuick: boolean): Promise<Finding> {
  const count = isQuick ? 20_000 : 1_000_000;
  const { differences, differing } = await compared(count);
  const ratios = Object.entries(texts).map(([name, text], index) =>
    raced(name, text.slice(0, lengths[index]), isQuick),
  );
  const slowest = Math.min(...ratios.map(({ ratio }) => ratio));
  return {
    figures: [
      {
        name: `segment counts unlike Twilio's among ${count.toLocaleString("en-US")} fuzzed texts`,
        value: differences,
        unit: "",
        owed: { is: "at most", value: 0 },
        wanted: { is: "at most", value: 0 },
        because: "sms-segments-calculator, seeded texts around every limit",
      },
      {
        name: "segment counter, times as fast as Twilio's",
        value: slowest,
        unit: "×",
        owed: { is: "at least", value: 200 },
        wanted: { is: "at least", value: 1000 },
        because: "the least of three kinds of text",
      },
    ],
    details: [...ratios.map(({ line }) => line), ...differing],
  };
}

/** Two halves of the texts, each in a thread of its own. */
async function compared(count: number): Promise<z.infer<typeof Answer>> {
  const halves = await Promise.all(
    [20_261_123, 42].map(async (seed) => {
      const worker = new Worker(new URL("fuzz.worker.ts", import.meta.url), {
        workerData: { seed, count: count / 2 },
      });
      const [answer] = await once(worker, "message");
      return Answer.parse(answer);
    }),
  );
  return {
    differences: halves.reduce((sum, { differences }) => sum + differences, 0),
    differing: halves.flatMap(({ differing }) => differing),
  };
}

function raced(
  name: string,
  text: string,
  isQuick: boolean,
): { readonly ratio: number; readonly line: string } {
  // Variants of one text: a compiler must not learn the answer by heart.
  const variants = Array.from({ length: 64 }, (_, index) => `${text.slice(0, -2)}${10 + index}`);
  let turn = 0;
  const next = () => variants[(turn += 1) % variants.length] ?? text;
  const { ours, theirs } = alternating(
    { ours: () => segmentsOf(next()).count, theirs: () => new SegmentedMessage(next()).segmentsCount },
    { rounds: isQuick ? 5 : 11, milliseconds: isQuick ? 20 : 80 },
  );
  const ratio = theirs / ours;
  return { ratio, line: `${name}: ${short(ours)} µs against ${short(theirs)} µs, ${short(ratio)}×` };
}
