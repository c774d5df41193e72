/** How a text travels as SMS. */
export interface Segments {
  readonly encoding: "GSM-7" | "UCS-2";
  readonly count: number;
  /** Septets or UTF-16 units. */
  readonly units: number;
}

// GSM 03.38 default alphabet, and the characters that take an escape in front of them.
const basic =
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extended = "\f^{}\\[~]|€";

/** Septets by UTF-16 unit; 0 where GSM-7 has no such character. */
const septets = septetTable();

/** Counts the segments of a text: 160 or 153 septets, 70 or 67 UTF-16 units (3GPP TS 23.040). */
export function segmentsOf(text: string): Segments {
  const units = septetsOf(text);
  if (units === undefined) return unicodeSegments(text);
  return { encoding: "GSM-7", units, count: units <= 160 ? 1 : packedSeptets(text) };
}

function septetsOf(text: string): number | undefined {
  let units = 0;
  for (let index = 0; index < text.length; index += 1) {
    const size = septets[text.charCodeAt(index)] ?? 0;
    if (size === 0) return undefined;
    units += size;
  }
  return units;
}

/** An escape and its character never part: the segment before may stay one septet short. */
function packedSeptets(text: string): number {
  let count = 1;
  let used = 0;
  for (let index = 0; index < text.length; index += 1) {
    const size = septets[text.charCodeAt(index)] ?? 0;
    if (used + size > 153) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return count;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** What a reader sees as one character stays in one segment, as Twilio cuts it. */
function unicodeSegments(text: string): Segments {
  const units = text.length;
  if (units <= 70) return { encoding: "UCS-2", units, count: 1 };
  if (!/[\u0300-\uffff]/.test(text)) return { encoding: "UCS-2", units, count: Math.ceil(units / 67) };
  let count = 1;
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const size = segment === "\r\n" ? 1 : segment.length;
    if (used + size > 67) {
      count += 1;
      used = 0;
    }
    used += segment.length;
  }
  return { encoding: "UCS-2", units, count };
}

function septetTable(): Uint8Array {
  const table = new Uint8Array(0x20ad);
  for (const character of basic) table[character.charCodeAt(0)] = 1;
  for (const character of extended) table[character.charCodeAt(0)] = 2;
  return table;
}
