/**
 * The language of templates: values, conditions and lists, and no logic beyond that.
 * `{{name | default: "there"}}`, `{{#if vip}}…{{else}}…{{/if}}`, `{{#each items as item}}{{item.title}}{{/each}}`.
 */
export type Node =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "value"; readonly path: Path; readonly formats: readonly Format[] }
  | { readonly is: "if"; readonly path: Path; readonly whenTrue: Node[]; readonly otherwise: Node[] }
  | { readonly is: "each"; readonly path: Path; readonly as: string; readonly body: Node[] };

/** The way to a value, from a name down its fields. */
export type Path = readonly string[];

/** How a value is written, with an argument that stands in the template. */
export interface Format {
  readonly name: string;
  readonly argument: string | undefined;
}

/** A mistake in a template, and where it is. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Longest source of one text. */
export const sourceLimit = 5_000;
/** Longest source of an e-mail as HTML. */
export const htmlLimit = 50_000;
/** Most blocks inside each other, and most parts of one text. */
const depthLimit = 5;
const nodeLimit = 500;

const name = "[A-Za-z_][A-Za-z0-9_]{0,39}";
const path = `${name}(?:\\.${name}){0,4}`;
const valueTag = new RegExp(`^(${path})((?:\\s*\\|[^|]*)*)$`);
const formatTag = new RegExp(`^\\s*(${name})(?:\\s*:\\s*"([^"]{0,80})")?\\s*$`);
const ifTag = new RegExp(`^#if\\s+(${path})$`);
const eachTag = new RegExp(`^#each\\s+(${path})\\s+as\\s+(${name})$`);

interface Block {
  readonly opens: "if" | "each";
  readonly nodes: Node[];
  isElse: boolean;
}

/** Reads a template; throws a TemplateError that says what is wrong and at which character. */
export function parseTemplate(source: string, limit = sourceLimit): Node[] {
  if (source.length > limit) throw new TemplateError(`has more than ${limit} characters`);
  const root: Node[] = [];
  const blocks: Block[] = [];
  let into = root;
  let count = 0;
  const add = (node: Node) => {
    count += 1;
    if (count > nodeLimit) throw new TemplateError(`has more than ${nodeLimit} parts`);
    into.push(node);
  };
  const open = (opens: Block["opens"], node: Node, inside: Node[]) => {
    add(node);
    blocks.push({ opens, nodes: into, isElse: false });
    if (blocks.length > depthLimit)
      throw new TemplateError(`has more than ${depthLimit} blocks inside each other`);
    into = inside;
  };
  for (const { text, tag, at } of partsOf(source)) {
    if (text !== undefined) add({ is: "text", text });
    if (tag === undefined) continue;
    const block = blocks.at(-1);
    const [, condition] = ifTag.exec(tag) ?? [];
    const [, list, as = ""] = eachTag.exec(tag) ?? [];
    if (condition !== undefined) {
      const node = { is: "if" as const, path: condition.split("."), whenTrue: [], otherwise: [] };
      open("if", node, node.whenTrue);
    } else if (list !== undefined) {
      const node = { is: "each" as const, path: list.split("."), as, body: [] };
      open("each", node, node.body);
    } else if (tag === "else") {
      const owner = block?.nodes.at(-1);
      if (!block || block.isElse || owner?.is !== "if") throw mistake("has an else without its if", at);
      block.isElse = true;
      into = owner.otherwise;
    } else if (tag === "/if" || tag === "/each") {
      if (block?.opens !== tag.slice(1)) throw mistake(`closes {{${tag}}} without opening it`, at);
      into = block.nodes;
      blocks.pop();
    } else add(valueOf(tag, at));
  }
  const left = blocks.at(-1);
  if (left) throw new TemplateError(`does not close {{#${left.opens}}}`);
  return root;
}

interface Part {
  readonly text?: string;
  readonly tag?: string;
  readonly at: number;
}

function* partsOf(source: string): Generator<Part> {
  let from = 0;
  for (let start = source.indexOf("{{"); start >= 0; start = source.indexOf("{{", from)) {
    const end = source.indexOf("}}", start);
    if (end < 0) throw mistake("does not close {{", start);
    if (start > from) yield { text: source.slice(from, start), at: from };
    yield { tag: source.slice(start + 2, end).trim(), at: start };
    from = end + 2;
  }
  if (from < source.length) yield { text: source.slice(from), at: from };
}

function valueOf(tag: string, at: number): Node {
  const [, value, pipes = ""] = valueTag.exec(tag) ?? [];
  if (value === undefined) throw mistake(`cannot read {{${tag.slice(0, 40)}}}`, at);
  const formats = pipes
    .split("|")
    .slice(1)
    .map((pipe) => {
      const [, called, argument] = formatTag.exec(pipe) ?? [];
      if (called === undefined) throw mistake(`cannot read the format${pipe.slice(0, 40)}`, at);
      return { name: called, argument };
    });
  return { is: "value", path: value.split("."), formats };
}

function mistake(what: string, at: number): TemplateError {
  return new TemplateError(`${what} at character ${at + 1}`);
}
