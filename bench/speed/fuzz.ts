import { randomFrom } from "./measure.ts";

const gsm = "abcXYZ019 @£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà\n\r".split("");
const extension = "^{}\\[~]|€\f".split("");
const unicode = "ćłżğşçабвгд中文字ひらがな“”’–…\u00a0\t`".split("");
const combining = ["e\u0301", "\u0301", "\u20dd", "\ufe0f", "नि", "กำ", "\u0600", "\u093e", "\u200d"];
const hangul = ["\u1100", "\u1161", "\u11a8", "가", "각", "한글"];
const emoji = ["😀", "👍🏽", "🏽", "👩‍👩‍👧‍👦", "👩🏿‍🚒", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👨", "\u200d", "❤", "✈"];
const flags = ["🇩🇪", "🇵🇱", "🇺", "🇦"];
const lineBreaks = ["\r\n", "\r", "\n", "\u2028", "\u0000", "\u{e0001}"];
const halves = ["\ud83d", "\udc00", "\ud800", "\udfff"];

/** The kinds of text, with how often each comes and the lengths around which counts change. */
const kinds = [
  { weight: 2, pools: [gsm], lengths: [158, 165] },
  { weight: 1, pools: [gsm, extension], lengths: [148, 162] },
  { weight: 2, pools: [extension], lengths: [76, 83] },
  { weight: 4, pools: [gsm, unicode], lengths: [66, 73] },
  { weight: 2, pools: [unicode], lengths: [132, 138] },
  { weight: 4, pools: [unicode, combining, hangul], lengths: [66, 74] },
  { weight: 5, pools: [emoji, flags, unicode], lengths: [66, 140] },
  { weight: 4, pools: [emoji, combining, flags, halves, lineBreaks], lengths: [66, 140] },
  { weight: 3, pools: [combining, hangul], lengths: [66, 140] },
  { weight: 3, pools: [gsm, lineBreaks, unicode, halves], lengths: [66, 73] },
  { weight: 6, pools: [gsm, extension, unicode, emoji], lengths: [0, 30] },
] as const;

const deck = kinds.flatMap((kind) => Array.from({ length: kind.weight }, () => kind));

/** Texts that look for trouble, the same for the same seed; one piece in thirty is any code point there is. */
export function* fuzzedTexts(seed: number, count: number): Generator<string> {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]) => values[random(values.length)];
  for (let made = 0; made < count; made += 1) {
    const { pools, lengths } = pick(deck) ?? kinds[0];
    const length = lengths[0] + random(lengths[1] - lengths[0] + 1);
    const isWild = random(3) === 0 && pools.length > 1;
    let text = "";
    while (text.length < length) {
      const isAny = isWild && random(10) === 0;
      text += isAny ? anyCharacter(random) : (pick(pick<readonly string[]>(pools) ?? gsm) ?? "");
    }
    yield text;
  }
}

/** Any code point: mostly of the first plane, where alphabets are, and of the second with the tags, where emoji are. */
function anyCharacter(random: (limit: number) => number): string {
  const plane = [0, 0, 0, 0x10000, 0xe0000, 0x20000][random(6)] ?? 0;
  return String.fromCodePoint(plane + random(plane === 0xe0000 ? 0x1000 : 0x10000));
}
