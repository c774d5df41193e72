import * as fc from "fast-check";
import { expect, it } from "vitest";
import { fromHeaderOf } from "../../functions/providers/from-header.ts";
import { fromHeader } from "../../local/carriers/ses/from-header.ts";

const address = "hello@mail.northwind.example";

it.each([
  ["Northwind", `"Northwind" <${address}>`],
  ['The "Wind" \\ Co', `"The \\"Wind\\" \\\\ Co" <${address}>`],
  ["Café", `=?UTF-8?B?Q2Fmw6k=?= <${address}>`],
])("the name %s stands in front of an address as mail programs read it", (name, header) => {
  expect(fromHeaderOf(name, address)).toBe(header);
});

it("whatever the name, the header is one line of ASCII, no word of it too long, and reads as that name and that address", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 64 }),
    fc.string({ maxLength: 64 }),
  );
  fc.assert(
    fc.property(name, (text) => {
      const header = fromHeaderOf(text, address);
      expect(header).toMatch(/^[ -~]+$/);
      for (const word of header.match(/=\?UTF-8\?B\?[^?]*\?=/g) ?? [])
        expect(word.length).toBeLessThanOrEqual(75);
      expect(fromHeader(header)).toEqual({ name: text.toWellFormed(), address });
    }),
    { numRuns: 2000 },
  );
});
