import { kind, kindOf, kindTable } from "./grapheme-kinds.ts";

/** What has been seen of the grapheme under way; `second` and later ones are those after its first character. */
interface Cluster {
  readonly first: number;
  second: number;
  beforePrevious: number;
  previous: number;
  hasExtend: boolean;
  /** Whether everything after the first character only extends it. */
  isExtended: boolean;
  hasLaterRegional: boolean;
}

/**
 * The last place up to a limit where a text may be parted: between what a reader sees as two characters, as Twilio cuts it.
 * That is Unicode 10 with the peculiarities of the splitter that Twilio uses: a flag takes one extending character, a skin
 * tone follows at most one. A line break of two characters may be parted.
 */
export function boundaryUpTo(text: string, start: number, limit: number): number {
  if (limit >= text.length) return text.length;
  let boundary = plainBoundaryUpTo(text, start, limit);
  if (boundary === limit) return limit;
  for (let end = graphemeEnd(text, boundary); end <= limit; end = graphemeEnd(text, end)) boundary = end;
  return boundary;
}

/** The first place after an index where a text may be parted. */
export function boundaryAfter(text: string, start: number, index: number): number {
  let boundary = plainBoundaryUpTo(text, start, Math.min(index, text.length));
  while (boundary <= index && boundary < text.length) boundary = graphemeEnd(text, boundary);
  return boundary;
}

/** Between two characters that are nothing special there is a boundary whatever stands around them. */
function plainBoundaryUpTo(text: string, start: number, limit: number): number {
  const kinds = kindTable();
  for (let at = limit; at > start; at -= 1) {
    if (kinds[text.charCodeAt(at - 1)] === kind.other && kinds[text.charCodeAt(at)] === kind.other) return at;
  }
  return start;
}

function graphemeEnd(text: string, start: number): number {
  const kinds = kindTable();
  let at = start;
  const first = kindOf(text.codePointAt(at) ?? 0, kinds);
  at += widthAt(text, at);
  if (first === kind.carriageReturn) return at;
  const cluster: Cluster = {
    first,
    second: -1,
    beforePrevious: -1,
    previous: first,
    hasExtend: first === kind.extend,
    isExtended: true,
    hasLaterRegional: false,
  };
  while (at < text.length) {
    const next = kindOf(text.codePointAt(at) ?? 0, kinds);
    if (endsBefore(next, cluster)) return at;
    take(next, cluster);
    at += widthAt(text, at);
  }
  return at;
}

/** UTF-16 units of the character at an index; half a pair counts as a character. */
function widthAt(text: string, index: number): 1 | 2 {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

function take(next: number, cluster: Cluster): void {
  if (cluster.second === -1) cluster.second = next;
  cluster.beforePrevious = cluster.previous;
  cluster.previous = next;
  cluster.hasExtend ||= next === kind.extend;
  cluster.isExtended &&= next === kind.extend;
  cluster.hasLaterRegional ||= next === kind.regional;
}

/** The rules GB4 to GB999 of UAX 29, in their order. */
function endsBefore(next: number, cluster: Cluster): boolean {
  const { first, second, previous } = cluster;
  if (isStrayModifier(next, cluster)) return true;
  if (second === kind.regional && previous !== kind.regional) return true;
  if (isLineEnd(previous) || isLineEnd(next)) return true;
  if (joinsHangul(previous, next)) return false;
  if (next === kind.extend || next === kind.joiner || next === kind.spacingMark) return false;
  if (next === kind.regional && second === -1) return first !== kind.prepend && first !== kind.regional;
  if (previous === kind.prepend) return false;
  if (next === kind.emojiModifier && followsEmoji(cluster)) return false;
  if (previous === kind.joiner && (next === kind.glued || next === kind.emojiBaseGlued)) return false;
  return cluster.hasLaterRegional || previous !== kind.regional || next !== kind.regional;
}

/** A skin tone after something extended that is no emoji. */
function isStrayModifier(next: number, { first, second, isExtended }: Cluster): boolean {
  if (next !== kind.emojiModifier || second === -1 || !isExtended) return false;
  return first !== kind.extend && !isEmojiBase(first);
}

function isLineEnd(one: number): boolean {
  return one === kind.control || one === kind.carriageReturn || one === kind.lineFeed;
}

function isEmojiBase(one: number): boolean {
  return one === kind.emojiBase || one === kind.emojiBaseGlued;
}

function followsEmoji({ hasExtend, previous, beforePrevious }: Cluster): boolean {
  return hasExtend ? previous === kind.extend && isEmojiBase(beforePrevious) : isEmojiBase(previous);
}

function joinsHangul(previous: number, next: number): boolean {
  switch (previous) {
    case kind.hangulL:
      return (
        next === kind.hangulL || next === kind.hangulV || next === kind.hangulLV || next === kind.hangulLVT
      );
    case kind.hangulLV:
    case kind.hangulV:
      return next === kind.hangulV || next === kind.hangulT;
    case kind.hangulLVT:
    case kind.hangulT:
      return next === kind.hangulT;
    default:
      return false;
  }
}
