import { type Context, escapes } from "./escape.ts";
import { formats, isBlank, type Reader, textOf } from "./format.ts";
import type { Node, Path } from "./language.ts";
import { listLimit } from "./variable.ts";

/** What names in a template stand for. */
export type Scope = Readonly<Record<string, unknown>>;

/** Longest text that a template can become; what comes after is cut off, and whoever sends it is told that it is too long. */
export const outputLimits = {
  text: 20_001,
  line: 20_001,
  url: 20_001,
  html: 100_001,
} as const satisfies Record<Context, number>;
/** Most steps one text may take: lists inside lists multiply. */
const stepLimit = 20_000;

interface Run {
  readonly context: Context;
  readonly reader: Reader;
  output: string;
  steps: number;
}

/** Writes a template for somebody. Reads nothing but the scope's own fields, never fails, and always ends. */
export function render(nodes: readonly Node[], scope: Scope, context: Context, reader: Reader): string {
  const run: Run = { context, reader, output: "", steps: 0 };
  write(nodes, scope, run);
  return run.output.slice(0, outputLimits[context]);
}

function write(nodes: readonly Node[], scope: Scope, run: Run): void {
  for (const node of nodes) {
    run.steps += 1;
    if (run.steps > stepLimit || run.output.length > outputLimits[run.context]) return;
    if (node.is === "text") run.output += node.text;
    else if (node.is === "value") run.output += written(node, scope, run);
    else if (node.is === "if")
      write(isTrue(valueAt(node.path, scope)) ? node.whenTrue : node.otherwise, scope, run);
    else writeEach(node, scope, run);
  }
}

function writeEach({ path, as, body }: Extract<Node, { is: "each" }>, scope: Scope, run: Run): void {
  const list = valueAt(path, scope);
  if (!Array.isArray(list)) return;
  for (const entry of list.slice(0, listLimit)) write(body, { ...scope, [as]: entry }, run);
}

function written({ path, formats: asked }: Extract<Node, { is: "value" }>, scope: Scope, run: Run): string {
  let value = valueAt(path, scope);
  for (const { name, argument = "" } of asked)
    value = formats.get(name)?.write(value, argument, run.reader) ?? value;
  const text = textOf(value);
  // A whole address is one that its declaration has checked; anything else is part of one.
  if (run.context === "url" && run.output === "" && URL.canParse(text) && text.startsWith("https://"))
    return new URL(text).href;
  return escapes[run.context](text);
}

/** Only a field of the data itself: nothing that an object merely inherits. */
function valueAt(path: Path, scope: Scope): unknown {
  let value: unknown = scope;
  for (const name of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}

function isTrue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : !isBlank(value) && value !== false && value !== 0;
}
