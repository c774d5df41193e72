import * as fc from "fast-check";

/** A JSON schema as the description of the API has it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly examples?: readonly unknown[];
}

/** What breaks programs: other types, edges of numbers, names that objects have already, letters that are none. */
const hostile = fc.oneof(
  fc.constantFrom(
    null,
    true,
    0,
    -1,
    1e300,
    5e-324,
    "",
    " ",
    "null",
    "\u0000",
    "\ud800",
    "__proto__",
    "constructor",
    "{{x}}",
    "𝒳".repeat(2000),
  ),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Mostly what a schema describes, and now and then something else in its place. */
export function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: fitting(schema) }, { weight: 1, arbitrary: hostile });
}

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.oneOf ?? schema.anyOf;
  const examples = (schema.examples ?? []).map((example) => fc.constant(example));
  const drawn = choices ? fc.oneof(...choices.map(arbitraryOf)) : ofType(schema);
  return examples.length > 0 ? fc.oneof(...examples, drawn) : drawn;
}

function ofType(schema: JsonSchema): fc.Arbitrary<unknown> {
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === "object" || schema.properties) return anObject(schema);
  if (type === "array") return fc.array(arbitraryOf(schema.items ?? {}), { maxLength: 4 });
  if (type === "number" || type === "integer")
    return fc.oneof(fc.integer({ min: -1, max: 200 }), fc.double());
  if (type === "boolean") return fc.boolean();
  if (type === "null") return fc.constant(null);
  return type === "string" ? aString(schema) : fc.jsonValue({ maxDepth: 2 });
}

function anObject({
  properties = {},
  required = [],
  additionalProperties,
}: JsonSchema): fc.Arbitrary<unknown> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field)])),
    { requiredKeys: [...required], noNullPrototype: true },
  );
  if (typeof additionalProperties !== "object")
    return fc.oneof(
      { weight: 9, arbitrary: known },
      { weight: 1, arbitrary: known.map((one) => ({ ...one, surplus: 1 })) },
    );
  const more = fc.dictionary(
    fc.oneof(fc.constantFrom("en", "de", "order", "offer", "__proto__"), fc.string({ maxLength: 20 })),
    arbitraryOf(additionalProperties),
    { maxKeys: 3 },
  );
  return fc.tuple(known, more).map(([one, other]) => ({ ...one, ...other }));
}

function aString({ format }: JsonSchema): fc.Arbitrary<unknown> {
  const usual = fc.constantFrom(
    "crm-1001",
    "external:crm-1001",
    "offer",
    "order-on-its-way",
    "+12125550123",
    "adr_x",
    "con_x",
    "21:00",
    "de",
    "US",
    "Europe/Paris",
    "{{brand.name}}",
    "https://example.com/a",
  );
  const time = fc.constantFrom(
    "2027-01-01T00:00:00Z",
    "2020-02-30T00:00:00Z",
    "2027-01-01T00:00:00+02:00",
    "0000-01-01T00:00:00Z",
  );
  return format?.startsWith("date") ? time : fc.oneof(usual, fc.string({ maxLength: 50 }));
}
