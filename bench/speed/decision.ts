import { decide } from "../../functions/messages/choose.ts";
import { type Finding, short } from "./figure.ts";
import { alternating } from "./measure.ts";
import { routings, storedItem } from "./people.ts";

/** More people than any cache of the decision remembers: each is new to it, as in a campaign. */
const people = 20_000;

/** Decides for many people with all rules on, in units of reading the same messages' stored items. */
export async function decision(isQuick: boolean): Promise<Finding> {
  const inputs = routings(people);
  const items = inputs.map(({ message }) => storedItem(message));
  const outcomes = Map.groupBy(inputs, (input) => decide(input).is);
  let turn = 0;
  const { decided, parsed } = alternating(
    {
      decided: () => {
        const input = inputs[(turn += 1) % people];
        return input && decide(input);
      },
      parsed: () => JSON.parse(items[(turn += 1) % people] ?? "") as unknown,
    },
    { rounds: isQuick ? 7 : 15, milliseconds: isQuick ? 100 : 400 },
  );
  const bytes = items.reduce((sum, { length }) => sum + length, 0) / people;
  const shares = [...outcomes].map(([is, those]) => `${is} ${short((those.length * 100) / people)} %`);
  return {
    figures: [
      {
        name: "decision CPU with all rules on, in JSON.parse of the same message",
        value: decided / parsed,
        unit: "×",
        owed: { is: "at most", value: 15 },
        wanted: { is: "at most", value: 4 },
        because: `${short(decided)} µs against ${short(parsed)} µs for an item of ${short(bytes)} bytes`,
      },
    ],
    details: [
      `${people.toLocaleString("en-US")} people no two of whom are alike, the default business, marketing and transactional: ${shares.join(", ")}`,
    ],
  };
}
