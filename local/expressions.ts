import jsonata from "jsonata";

/** Evaluates every `{% … %}` in a value; an expression without a result is an error, as on AWS. */
export async function evaluate(value: unknown, variables: Record<string, unknown>): Promise<unknown> {
  if (typeof value === "string") {
    const expression = /^\{%([\s\S]*)%\}$/.exec(value)?.[1];
    if (expression === undefined) return value;
    const result: unknown = await compiled(expression).evaluate({}, variables);
    if (result === undefined) throw new Error(`The expression ${expression} returned nothing`);
    return result;
  }
  if (Array.isArray(value)) return Promise.all(value.map((one) => evaluate(one, variables)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, one]) => [name, await evaluate(one, variables)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

const known = new Map<string, jsonata.Expression>();

/** The expressions of the templates are few and come again and again. */
function compiled(expression: string): jsonata.Expression {
  const made = known.get(expression) ?? jsonata(expression);
  known.set(expression, made);
  return made;
}
