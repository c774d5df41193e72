import * as z from "zod/mini";

/** What we read of a schema as JSON Schema has it. */
const Shape = z.object({
  type: z.optional(z.string()),
  enum: z.optional(z.array(z.unknown())),
  const: z.optional(z.unknown()),
  anyOf: z.optional(z.array(z.unknown())),
  items: z.optional(z.unknown()),
  format: z.optional(z.string()),
  pattern: z.optional(z.string()),
  minLength: z.optional(z.number()),
  maxLength: z.optional(z.number()),
  minItems: z.optional(z.number()),
  maxItems: z.optional(z.number()),
  minimum: z.optional(z.number()),
  exclusiveMinimum: z.optional(z.number()),
  maximum: z.optional(z.number()),
});
type Shape = z.infer<typeof Shape>;

/** What a field accepts, with its limits, in words: "a whole number from 1 to 9". */
export function accepted(schema: z.core.$ZodType): string {
  return words(Shape.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
}

function words(shape: Shape): string {
  if (shape.anyOf) return shape.anyOf.map((one) => words(Shape.parse(one))).join(" or ");
  if (shape.enum) return shape.enum.map(quoted).join(", ");
  if (shape.const !== undefined) return quoted(shape.const);
  return (byType[shape.type ?? ""] ?? (() => "anything"))(shape);
}

const byType: Readonly<Record<string, (shape: Shape) => string>> = {
  string: textOf,
  integer: (shape) => `a whole number${rangeOf(shape)}`,
  number: (shape) => `a number${rangeOf(shape)}`,
  boolean: () => "true or false",
  array: (shape) => `a list${countOf(shape)}: ${words(Shape.parse(shape.items))}`,
  object: () => "fields",
};

const formats: Readonly<Record<string, string>> = {
  date: "a date",
  email: "an e-mail address",
  uri: "an address (URL)",
};

/** Patterns in words; one that is not here is shown as it is. */
const patterns: Readonly<Record<string, string>> = {
  "^[a-z][a-z0-9-]{0,39}$": "a small letter, then up to 39 small letters, digits or hyphens",
  "^([01]\\d|2[0-3]):[0-5]\\d$": "a time as HH:MM, on a 24-hour clock",
  "[^/]$": "an address (https) without a slash at its end",
};

function textOf({ format, pattern, minLength, maxLength }: Shape): string {
  if (format && formats[format]) return formats[format];
  if (pattern) return patterns[pattern] ?? `text as \`${pattern}\``;
  if (maxLength === undefined) return "text";
  return `text of ${minLength === maxLength ? maxLength : `${minLength ?? 0} to ${maxLength}`} characters`;
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: Shape): string {
  const least = [
    isOurs(minimum) && ` from ${minimum}`,
    isOurs(exclusiveMinimum) && ` above ${exclusiveMinimum}`,
  ];
  return [...least, isOurs(maximum) && ` to ${maximum}`].filter(Boolean).join("");
}

/** The bounds of all whole numbers are the printer's. */
function isOurs(bound: number | undefined): bound is number {
  return bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
}

function countOf({ minItems, maxItems }: Shape): string {
  if (maxItems !== undefined) return ` of ${minItems ?? 0} to ${maxItems}`;
  return minItems === undefined ? "" : ` of at least ${minItems}`;
}

function quoted(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
