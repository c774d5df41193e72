import * as z from "zod";

/** What a value of a template can be. */
export const VariableType = z.enum(["text", "number", "boolean", "time", "url"]);
/** What a value of a template can be. */
export type VariableType = z.infer<typeof VariableType>;

/** Names that mean something already. */
const taken = new Set(["contact", "brand", "unsubscribe"]);

const Name = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]{0,39}$/)
  .refine((name) => !taken.has(name) && !(name in Object.prototype), "means something else already");

const Value = z.strictObject({
  type: VariableType,
  required: z.boolean().default(true),
  /** Longest text. @default 200 */
  maxLength: z.number().int().min(1).max(1000).optional(),
  description: z.string().max(200).optional(),
  /** Stands in previews that do not give it. */
  example: z.union([z.string().max(1000), z.number(), z.boolean()]).optional(),
});
type Value = z.infer<typeof Value>;

const List = z.strictObject({
  type: z.literal("list"),
  required: z.boolean().default(true),
  description: z.string().max(200).optional(),
  fields: z.record(Name, Value),
  example: z.array(z.record(z.string(), z.unknown())).max(10).optional(),
});

/** What a caller has to give for a name in a template. */
export const Variable = z.discriminatedUnion("type", [Value, List]);
/** What a caller has to give for a name in a template. */
export type Variable = z.infer<typeof Variable>;

/** Most variables of one template. */
const variableLimit = 50;
/** Most entries of one list. */
export const listLimit = 50;

/** The variables of a template by name. */
export const Variables = z
  .record(Name, Variable)
  .refine((all) => Object.keys(all).length <= variableLimit, `has more than ${variableLimit} variables`);
/** The variables of a template by name. */
export type Variables = z.infer<typeof Variables>;

/** The schema of what a caller gives; built once for each declaration. */
export function schemaOf(variables: Variables): z.ZodType<Record<string, unknown>> {
  const known = built.get(variables);
  if (known) return known;
  const schema = z.strictObject(
    Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, schemaOfOne(variable)])),
  );
  built.set(variables, schema);
  return schema;
}

const built = new WeakMap<Variables, z.ZodType<Record<string, unknown>>>();

/** What stands for the variables in a preview that gives none. */
export function examplesOf(variables: Variables): Record<string, unknown> {
  const given = Object.entries(variables).flatMap(([name, { example }]) =>
    example === undefined ? [] : [[name, example]],
  );
  return Object.fromEntries(given);
}

function schemaOfOne(variable: Variable): z.ZodType {
  const schema = variable.type === "list" ? listOf(variable.fields) : valueOf(variable);
  return variable.required ? schema : schema.optional();
}

function listOf(fields: Readonly<Record<string, Value>>): z.ZodType {
  const entry = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOfOne(field)]));
  return z.array(z.strictObject(entry)).max(listLimit);
}

function valueOf({ type, maxLength = 200 }: Value): z.ZodType {
  const schemas = {
    text: () => z.string().max(maxLength),
    number: () => z.number(),
    boolean: () => z.boolean(),
    time: () => z.iso.datetime({ offset: true }),
    url: () => z.url({ protocol: /^https$/ }).max(1000),
  } satisfies Record<VariableType, () => z.ZodType>;
  return schemas[type]();
}
