import { type FieldError, fieldsOf, Problem } from "../platform/problem.ts";
import { schemaOf, type Variables } from "./variable.ts";

/** What a caller gave for the variables of a template, read as they are declared; a problem that names what is wrong. */
export function given(
  declared: Variables,
  values: Readonly<Record<string, unknown>>,
  field: string,
  { isPart = false }: { readonly isPart?: boolean } = {},
): Record<string, unknown> {
  const read = schemaOf(isPart ? optional(declared) : declared).safeParse(values);
  if (read.success) return read.data;
  const errors = fieldsOf(read.error).map(({ field: name, message }): FieldError => ({
    field: name === "(body)" ? field : `${field}.${name}`,
    message,
  }));
  throw new Problem("body.invalid", errors);
}

/** The same variables, of which any may be missing for now. */
function optional(declared: Variables): Variables {
  const parts = Object.entries(declared).map(([name, variable]) => [name, { ...variable, required: false }]);
  return Object.fromEntries(parts);
}
