import { stripVTControlCharacters } from "node:util";
import type { Paint } from "./paint.ts";

/** Rows under their headings, each column as wide as it needs; columns without any value are left out. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  if (rows.length === 0) return paint.soft("(none)");
  const shown = headings.map((_, column) => column).filter((column) => rows.some((row) => row[column]));
  const all = [headings, ...rows];
  const widths = shown.map((column) => Math.max(...all.map((row) => widthOf(row[column] ?? ""))));
  const lines = all.map((row) =>
    shown
      .map((column, place) => padded(row[column] ?? "", widths[place] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [paint.soft(lines[0] ?? ""), ...lines.slice(1)].join("\n");
}

const letters = new Intl.Segmenter();

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

function widthOf(text: string): number {
  return [...letters.segment(stripVTControlCharacters(text))].length;
}

/** An instant as operators compare them: `2026-11-23 17:00:04Z`. */
export function timeOf(iso: string | undefined): string {
  return iso ? `${iso.slice(0, 10)} ${iso.slice(11, 19)}Z` : "";
}

/** So many of something: `1 page`, `2 pages`. */
export function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** A span in the largest unit that tells it well. */
export function spanOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} d`;
}
