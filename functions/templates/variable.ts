import * as z from "zod/mini";

/** What a value of a template can be. */
export const VariableType = z.enum(["text", "number", "boolean", "time", "url"]);
/** What a value of a template can be. */
export type VariableType = z.infer<typeof VariableType>;

/** Names that mean something already. */
const taken = new Set(["contact", "brand", "unsubscribe"]);

const Name = z.string().check(
  z.regex(/^[a-z][A-Za-z0-9_]{0,39}$/),
  z.refine((name) => !taken.has(name) && !(name in Object.prototype), "means something else already"),
);

const Value = z.strictObject({
  type: VariableType,
  required: z._default(z.boolean(), true),
  /** Longest text. @default 200 */
  maxLength: z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
  description: z.optional(z.string().check(z.maxLength(200))),
  /** Stands in previews that do not give it. */
  example: z.optional(z.union([z.string().check(z.maxLength(1000)), z.number(), z.boolean()])),
});
type Value = z.infer<typeof Value>;

const List = z.strictObject({
  type: z.literal("list"),
  required: z._default(z.boolean(), true),
  description: z.optional(z.string().check(z.maxLength(200))),
  fields: z.record(Name, Value),
  example: z.optional(z.array(z.record(z.string(), z.unknown())).check(z.maxLength(10))),
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
  .check(
    z.refine((all) => Object.keys(all).length <= variableLimit, `has more than ${variableLimit} variables`),
  );
/** The variables of a template by name. */
export type Variables = z.infer<typeof Variables>;

/** The schema of what a caller gives; built once for each declaration. */
export function schemaOf(variables: Variables): z.ZodMiniType<Record<string, unknown>> {
  const known = built.get(variables);
  if (known) return known;
  const schema = z.strictObject(
    Object.fromEntries(Object.entries(variables).map(([name, variable]) => [name, schemaOfOne(variable)])),
  );
  built.set(variables, schema);
  return schema;
}

const built = new WeakMap<Variables, z.ZodMiniType<Record<string, unknown>>>();

/** What stands for the variables in a preview that gives none. */
export function examplesOf(variables: Variables): Record<string, unknown> {
  const given = Object.entries(variables).flatMap(([name, { example }]) =>
    example === undefined ? [] : [[name, example]],
  );
  return Object.fromEntries(given);
}

function schemaOfOne(variable: Variable): z.ZodMiniType {
  const schema = variable.type === "list" ? listOf(variable.fields) : valueOf(variable);
  return variable.required ? schema : z.optional(schema);
}

function listOf(fields: Readonly<Record<string, Value>>): z.ZodMiniType {
  const entry = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, schemaOfOne(field)]));
  return z.array(z.strictObject(entry)).check(z.maxLength(listLimit));
}

function valueOf({ type, maxLength = 200 }: Value): z.ZodMiniType {
  const schemas = {
    text: () => z.string().check(z.maxLength(maxLength)),
    number: () => z.number(),
    boolean: () => z.boolean(),
    time: () => z.iso.datetime({ offset: true }),
    url: () => z.url({ protocol: /^https$/ }).check(z.maxLength(1000)),
  } satisfies Record<VariableType, () => z.ZodMiniType>;
  return schemas[type]();
}
