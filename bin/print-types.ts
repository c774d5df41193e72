import * as z from "zod/mini";

/** The parts of JSON Schema that our schemas come out as. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly description?: string;
}

/** Prints schemas as TypeScript declarations; what looks the same is declared once, under its first name. */
export function typePrinter() {
  const declared = new Map<string, string>();
  const declare = (name: string, type: string): string => {
    const [known] = [...declared].find(([, other]) => other === type) ?? [];
    if (known === undefined) declared.set(name, type);
    return known ?? name;
  };
  return {
    /** The name of the type of what a caller gives (input) or gets (output). */
    named: (schema: z.ZodMiniType, io: "input" | "output", name: string): string => {
      const whole = z.toJSONSchema(schema, { io, unrepresentable: "any" }) as Schema;
      // What refers to itself or is referred to has a name of its own.
      const nameOf = (ref: string) => (ref === "#" ? name : `${name}${capital(ref.split("/").at(-1) ?? "")}`);
      for (const [ref, part] of Object.entries(whole.$defs ?? {}))
        declared.set(nameOf(ref), typeOf(part, nameOf));
      return declare(name, typeOf(whole, nameOf));
    },
    declarations: (): string =>
      [...declared].map(([name, type]) => `export type ${name} = ${type};`).join("\n"),
  };
}

type NameOf = (ref: string) => string;

function typeOf(schema: Schema, nameOf: NameOf): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return union(choice.map((one) => typeOf(one, nameOf)));
  if (schema.allOf) return schema.allOf.map((one) => `(${typeOf(one, nameOf)})`).join(" & ");
  if (Array.isArray(schema.type))
    return union(schema.type.map((type) => typeOf({ ...schema, type }, nameOf)));
  switch (schema.type) {
    case "object":
      return objectOf(schema, nameOf);
    case "array":
      return schema.prefixItems
        ? `[${schema.prefixItems.map((one) => typeOf(one, nameOf)).join(", ")}]`
        : `(${typeOf(schema.items ?? {}, nameOf)})[]`;
    case "integer":
      return "number";
    case "string":
    case "number":
    case "boolean":
    case "null":
      return schema.type;
    case undefined:
    default:
      return "unknown";
  }
}

function objectOf(schema: Schema, nameOf: NameOf): string {
  const { properties, required = [], additionalProperties: others, propertyNames } = schema;
  if (!properties && typeof others === "object") return recordOf(schema, others, propertyNames, nameOf);
  const fields = Object.entries(properties ?? {}).map(([name, field]) => {
    const type = typeOf(field, nameOf);
    const said = field.description ? `/** ${field.description.replaceAll("*/", "* /")} */ ` : "";
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
    return `${said}${key}${required.includes(name) ? `: ${type}` : `?: ${type} | undefined`};`;
  });
  return fields.length > 0 ? `{ ${fields.join(" ")} }` : "Record<string, never>";
}

function recordOf(schema: Schema, others: Schema, names: Schema | undefined, nameOf: NameOf): string {
  const keys = names ? typeOf(names, nameOf) : "string";
  const record = `Record<${keys}, ${typeOf(others, nameOf)}>`;
  return names?.enum && !schema.required?.length ? `Partial<${record}>` : record;
}

function union(types: readonly string[]): string {
  return [...new Set(types)].join(" | ") || "never";
}

function capital(word: string): string {
  return word.replaceAll(/[^A-Za-z0-9]/g, "").replace(/^./, (letter) => letter.toUpperCase());
}
