import * as fc from "fast-check";
import { SegmentedMessage } from "sms-segments-calculator";
import { describe, expect, it } from "vitest";
import { segmentsOf } from "../../functions/channels/segments.ts";

const gsm = fc.constantFrom(
  ..."abcXYZ019 @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n\r".split(""),
);
const extended = fc.constantFrom(..."^{}\\[~]|€\f".split(""));
const unicode = fc.constantFrom(..."ćłżğşçабвгд中文字ひらがな한글“”’–…\u00a0\t`".split(""));
const emoji = fc.constantFrom("😀", "👍🏽", "👩‍👩‍👧‍👦", "🇩🇪", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301", "नि", "\r\n", "\ud83d");

const texts = {
  "GSM-7": gsm,
  "GSM-7 with its extension": fc.oneof({ weight: 5, arbitrary: gsm }, extended),
  "other alphabets": fc.oneof(gsm, unicode),
  "emoji, joined and combined ones too": fc.oneof({ weight: 3, arbitrary: unicode }, emoji),
};

describe("SMS segments", () => {
  for (const [name, character] of Object.entries(texts)) {
    it(`are those the provider charges for: ${name}`, () => {
      const text = fc.array(character, { minLength: 1, maxLength: 400 }).map((parts) => parts.join(""));
      fc.assert(
        fc.property(text, (written) => {
          const theirs = new SegmentedMessage(written);
          const ours = segmentsOf(written);
          expect([ours.encoding, ours.count]).toEqual([theirs.encodingName, theirs.segmentsCount]);
        }),
        { numRuns: 300 },
      );
    });
  }

  it("take what only marks or joins its neighbour along, whatever character it is", () => {
    const planes = fc.constantFrom(0, 0, 0x10000, 0xe0000);
    const anything = fc
      .tuple(planes, fc.integer({ min: 0, max: 0xffff }))
      .map(([plane, low]) => String.fromCodePoint(plane + low));
    const around = fc.constantFrom("ł", "क", "👩", "👩\u200d", "\u1100", "\u0600", "🇩", "🏽", "\ufe0f", "\r");
    fc.assert(
      fc.property(around, anything, around, (before, character, after) => {
        const written = `${"ł".repeat(66)}${before}${character}${after}${"ł".repeat(64)}`;
        expect(segmentsOf(written).count).toBe(new SegmentedMessage(written).segmentsCount);
      }),
      { numRuns: 1500 },
    );
  });

  it("move what lies beyond 67 units on with a character that is larger than a segment", () => {
    const huge = `e${"\u0301".repeat(80)}`;
    for (const written of [
      huge,
      `${huge}a`,
      `${"ł".repeat(60)}${huge}ł`,
      `${"e\u0301\u0301".repeat(23)}${huge}`,
    ]) {
      expect(segmentsOf(written).count).toBe(new SegmentedMessage(written).segmentsCount);
    }
  });

  it.each([
    ["a".repeat(160), "GSM-7", 1],
    ["a".repeat(161), "GSM-7", 2],
    ["a".repeat(306), "GSM-7", 2],
    ["a".repeat(307), "GSM-7", 3],
    ["€".repeat(80), "GSM-7", 1],
    ["ł".repeat(70), "UCS-2", 1],
    ["ł".repeat(71), "UCS-2", 2],
    ["ł".repeat(134), "UCS-2", 2],
    ["ł".repeat(135), "UCS-2", 3],
  ])("fit 160 or 153 septets, 70 or 67 units", (text, encoding, count) => {
    expect(segmentsOf(text)).toMatchObject({ encoding, count });
  });

  it("never part an escape from its character: 152 letters and a euro sign leave the 153rd septet empty", () => {
    const text = `${"a".repeat(152)}€${"a".repeat(151)}`;
    expect(segmentsOf(text)).toEqual({ encoding: "GSM-7", units: 305, count: 2 });
    expect(segmentsOf(`${text}a`)).toMatchObject({ units: 306, count: 3 });
  });

  it("never part the halves of an emoji: 66 letters and an emoji need the next segment", () => {
    expect(segmentsOf(`${"ł".repeat(66)}😀${"ł".repeat(66)}`)).toMatchObject({ units: 134, count: 3 });
  });
});
