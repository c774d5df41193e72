import type * as z from "zod/mini";
import { type FieldError, Problem } from "../platform/problem.ts";
import { given } from "../templates/given.ts";
import type { FindTemplate } from "../templates/template.store.ts";
import type { Campaign } from "./campaign.ts";
import type { Recipients } from "./campaigns.routes.ts";

/** Most mistakes that one answer names. */
const namedLimit = 20;

/** Refuses recipients to whom the campaign's template cannot be written: with what they bring and what is the same for all. */
export async function assertFit(
  { template }: Pick<Campaign, "template">,
  { contactIds, externalIds, variables = {} }: z.infer<typeof Recipients>,
  findTemplate: FindTemplate | undefined,
): Promise<void> {
  const ids = new Set([...contactIds, ...externalIds]);
  const strangers = Object.keys(variables)
    .filter((id) => !ids.has(id))
    .map((id) => ({ field: `variables.${id}`, message: "is none of the recipients of this page" }));
  if (strangers.length > 0) throw mistaken(strangers);
  if (!template) {
    if (Object.keys(variables).length === 0) return;
    throw mistaken([{ field: "variables", message: "are given, but the campaign has no template" }]);
  }
  const found = await findTemplate?.(template.id, template.version);
  if (!found) throw new Problem("template.unknown");
  const mistakes = [...ids].flatMap((id) =>
    mistakesFor(found.variables, { ...template.variables, ...variables[id] }, `variables.${id}`),
  );
  if (mistakes.length > 0) throw mistaken(mistakes);
}

function mistakesFor(...[declared, values, field]: Parameters<typeof given>): readonly FieldError[] {
  try {
    given(declared, values, field);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.errors;
    throw error;
  }
}

function mistaken(mistakes: readonly FieldError[]): Problem {
  return new Problem("body.invalid", mistakes.slice(0, namedLimit));
}
