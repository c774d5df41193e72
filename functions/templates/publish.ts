import type * as z from "zod/mini";
import { etagOf } from "../platform/etag.ts";
import { Problem } from "../platform/problem.ts";
import { mistakesIn } from "./check.ts";
import type { Template } from "./template.ts";
import type { TemplateStore } from "./template.store.ts";
import type { NewTemplate } from "./templates.routes.ts";

/** What publishing works with. */
export interface PublishUsing {
  readonly templates: Pick<TemplateStore, "head" | "version" | "versions" | "publish">;
}

/** Puts what a caller gives in use as the newest version; what is in use already stays the version it is. */
export async function publishTemplate(
  id: string,
  asked: z.infer<typeof NewTemplate>,
  by: {
    readonly keyId: string;
    readonly now: number;
    readonly assertUnchanged: (seen: Template | undefined) => void;
  },
  { templates }: PublishUsing,
): Promise<Template> {
  const mistakes = mistakesIn(asked);
  if (mistakes.length > 0) throw new Problem("template.invalid", mistakes);
  const seen = await templates.head(id);
  const current = seen && (await templates.version(id, seen.version));
  by.assertUnchanged(current);
  if (current && isSame(current, asked)) return current;
  const [newest = 0] = await templates.versions(id, 1, undefined);
  const next = { ...asked, id, version: newest + 1, createdAt: by.now, createdBy: by.keyId };
  if (!(await templates.publish(next, seen))) throw new Problem("template.changed");
  return next;
}

function isSame(current: Template, asked: z.infer<typeof NewTemplate>): boolean {
  const { id: _id, version: _version, createdAt: _at, createdBy: _by, ...known } = current;
  return etagOf(known) === etagOf(asked);
}
