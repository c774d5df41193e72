import * as z from "zod/mini";
import { Business } from "../functions/business/business.ts";
import { insideOf, saidOf } from "../functions/platform/said-of.ts";
import { accepted } from "./accepted.ts";

/** One field of the declaration: where it stands and what it takes. */
export interface Field {
  /** `senders[].mps`: the entries of a list by their brackets. */
  readonly at: string;
  readonly schema: z.core.$ZodType;
  /** Whether it has fields of its own, which come next. */
  readonly isGroup: boolean;
}

const intro = `# Configuration

Everything that \`heliograph.config.ts\` may declare. A mistake stops \`npm start\` and the deployment with the name of its field. This page is printed from the schemas that check the declaration (\`npm run reference\`).

A field without a default has to be there. \`[]\` stands for each entry of a list.`;

/** The reference of the configuration as a page: a table of the business's own fields, and one for each of its parts. */
export function configurationPage(): string {
  const fields = fieldsOf(Business);
  const parts = fields.filter(({ at, isGroup }) => isGroup && !/[.[]/.test(at));
  const own = fields.filter(({ at, isGroup }) => !isGroup && !/[.[]/.test(at));
  const sections = parts.map((part) => {
    const within = fields.filter(({ at }) => /^(\w+)/.exec(at)?.[1] === part.at);
    return `## ${part.at}\n\n${tableOf(within)}`;
  });
  return `${[intro, tableOf(own), ...sections].join("\n\n")}\n`;
}

/** All fields of a schema; those of objects, and of lists of objects, after the field that holds them. */
export function fieldsOf(schema: z.core.$ZodType, under = ""): Field[] {
  const inner = insideOf(schema);
  if (inner instanceof z.ZodMiniArray) return fieldsOf(inner.def.element, `${under}[]`);
  if (!(inner instanceof z.ZodMiniObject)) return [];
  return Object.entries(inner.def.shape).flatMap(([name, field]) => {
    const at = under ? `${under}.${name}` : name;
    const within = fieldsOf(field, at);
    return [{ at, schema: field, isGroup: within.length > 0 }, ...within];
  });
}

/** How a field may be written. */
export function exampleOf(schema: z.core.$ZodType): unknown {
  const { examples } = saidOf(schema);
  return Array.isArray(examples) ? examples[0] : undefined;
}

function tableOf(fields: readonly Field[]): string {
  const rows = fields.map(({ at, schema }) => {
    const example = exampleOf(schema);
    return [
      code(at),
      accepted(schema),
      leftOut(schema),
      saidOf(schema).description ?? "",
      example === undefined ? "" : code(JSON.stringify(example)),
    ];
  });
  const head = ["field", "takes", "default", "meaning", "example"];
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map(cell).join(" | ")} |`)
    .join("\n");
}

/** What a field is when it is left out, in our words where the schema alone cannot know; nothing where it has to be there. */
function leftOut(schema: z.core.$ZodType): string {
  const words = saidOf(schema)["leftOut"];
  if (typeof words === "string") return words;
  const { data, success } = z.safeParse(schema, undefined);
  if (!success) return "";
  return data === undefined ? "none" : code(JSON.stringify(data));
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${text}\``;
}
