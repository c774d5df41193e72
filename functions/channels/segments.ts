import { boundaryAfter, boundaryUpTo } from "./graphemes.ts";

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

/** Septets, and UTF-16 units, in a message of one segment and in each segment of a longer one. */
const septetLimit = { single: 160, joined: 153 };
const unitLimit = { single: 70, joined: 67 };

/** Septets by UTF-16 unit; 0 where GSM-7 has no such character. */
const septets = septetTable();

/** Counts the segments of a text: 160 or 153 septets, 70 or 67 UTF-16 units (3GPP TS 23.040). */
export function segmentsOf(text: string): Segments {
  const units = septetsOf(text);
  if (units === undefined) return unicodeSegments(text);
  return { encoding: "GSM-7", units, count: units <= septetLimit.single ? 1 : packedSeptets(text) };
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
    if (used + size > septetLimit.joined) {
      count += 1;
      used = 0;
    }
    used += size;
  }
  return count;
}

/** What a reader sees as one character stays in one segment, as Twilio cuts it. */
function unicodeSegments(text: string): Segments {
  const units = text.length;
  return { encoding: "UCS-2", units, count: units <= unitLimit.single ? 1 : packedUnits(text) };
}

/**
 * Packs graphemes into segments. The first holds 70 units until a second one is needed: then what lies beyond 67 moves on,
 * and the grapheme that did not fit joins it, however large the two are.
 */
function packedUnits(text: string): number {
  let start = boundaryUpTo(text, 0, unitLimit.joined);
  let end = Math.max(segmentEnd(text, start), boundaryAfter(text, start, unitLimit.single));
  let count = 2;
  while (end < text.length) {
    start = end;
    end = segmentEnd(text, start);
    count += 1;
  }
  return count;
}

/** A grapheme too large for any segment has one of its own. */
function segmentEnd(text: string, start: number): number {
  const end = boundaryUpTo(text, start, start + unitLimit.joined);
  return end > start ? end : boundaryAfter(text, start, start);
}

function septetTable(): Uint8Array {
  const table = new Uint8Array(0x20ad);
  for (const character of basic) table[character.charCodeAt(0)] = 1;
  for (const character of extended) table[character.charCodeAt(0)] = 2;
  return table;
}
