import fc from "fast-check";
import { expect, it } from "vitest";
import {
  counted,
  isSettledPage,
  newTally,
  placesToLookAt,
  Standing,
  totalsOf,
} from "../../functions/campaigns/tally.ts";
import { noon } from "../make.ts";
import { people } from "./campaign.fixture.ts";

const page = (size: number) => ({ number: 1, recipients: people(size), unknown: [], requestHash: "" });
const standing = fc.constantFrom(...Standing.options);

it("counts add up to all recipients, whatever is found of whom and however often one looks", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 60 }),
      fc.array(fc.tuple(fc.infiniteStream(standing), fc.boolean()), { maxLength: 6 }),
      (size, looks) => {
        let tally = newTally(page(size), noon);
        for (const [standings, isFull] of looks) {
          const found = new Map(
            placesToLookAt(tally, isFull).map((place) => [
              place,
              { standing: standings.next().value ?? "sent" },
            ]),
          );
          tally = counted(tally, found, noon);
          const sum = Object.values(totalsOf([tally])).reduce((total, count) => total + count, 0);
          expect(sum).toBe(size);
          const suppressed = Object.values(tally.suppressedBy).reduce((total, count) => total + count, 0);
          expect(suppressed).toBe(totalsOf([tally]).suppressed ?? 0);
        }
      },
    ),
  );
});

it("whoever has ended is not looked at again unless everybody is", () => {
  const tally = counted(
    newTally(page(3), noon),
    new Map([
      [0, { standing: "delivered" }],
      [1, { standing: "sent" }],
      [2, { standing: "duplicate" }],
    ]),
    noon,
  );
  expect(placesToLookAt(tally, false)).toEqual([1]);
  expect(placesToLookAt(tally, true)).toEqual([0, 1, 2]);
  const ended = counted(tally, new Map([[1, { standing: "read" }]]), noon);
  expect([isSettledPage(tally), isSettledPage(ended)]).toEqual([false, true]);
  expect(totalsOf([ended])).toEqual({ delivered: 1, duplicate: 1, read: 1 });
});
