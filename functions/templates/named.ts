import { Problem } from "../platform/problem.ts";
import type { Template, TemplateRef } from "./template.ts";
import type { FindTemplate } from "./template.store.ts";

/** The version that a caller names, or the one in use. */
export async function templateNamed(
  { id, version }: Pick<TemplateRef, "id" | "version">,
  findTemplate: FindTemplate | undefined,
): Promise<Template> {
  const found = await findTemplate?.(id, version);
  if (found) return found;
  const field = version === undefined ? "template.id" : "template.version";
  throw new Problem("template.unknown", [{ field, message: "is not there" }]);
}
