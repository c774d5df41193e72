/** Where a value is written into: each place has its own letters that would mean something else there. */
export type Context = "text" | "line" | "url" | "html";

/** Writes a value so that it stays a value: it can neither end the place it stands in nor say something in its name. */
export const escapes = {
  text: (value) => narrowed(value).replace(control, ""),
  line: (value) => narrowed(value).replace(control, "").replace(/\s+/g, " "),
  url: (value) => encodeURIComponent(value.toWellFormed()),
  html: (value) =>
    value
      .toWellFormed()
      .replace(control, "")
      .replace(/[&<>"'`]/g, (letter) => entities.get(letter) ?? ""),
} as const satisfies Record<Context, (value: string) => string>;

/** Letters that begin or end something in HTML, whatever is around them. */
const entities: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
  ["`", "&#96;"],
]);

/** Control characters but the line feed, and those that turn the direction of what follows. */
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Carriage returns become line feeds; the narrow spaces in numbers and dates would make every SMS a UCS-2 one. */
function narrowed(value: string): string {
  return value
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[\u00a0\u2007\u2009\u202f]/g, " ");
}
