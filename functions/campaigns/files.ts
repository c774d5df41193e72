import { mediaMistakes, type MediaUsing, mediaWarnings } from "../messages/media-check.ts";
import type { MediaWarnings } from "../messages/media-warnings.ts";
import { contentOn } from "../messages/content.ts";
import type { Message } from "../messages/message.ts";
import { type FieldError, Problem } from "../platform/problem.ts";
import type { Sender } from "../senders/sender.ts";
import type { Template, Wording } from "../templates/template.ts";
import type { Campaign } from "./campaign.ts";

/** A template may send other files in other languages: so many sets of them are looked at. */
const looksLimit = 10;

/** What is wrong with the files that a campaign sends, by its content or by its template in each language. */
async function fileMistakes(
  { category, content }: Pick<Campaign, "category" | "content">,
  template: Template | undefined,
  using: MediaUsing,
): Promise<readonly FieldError[]> {
  if (content) return mediaMistakes({ category, content }, false, using);
  const wordings = Object.values(template?.locales ?? {});
  const contents = wordings.map((wording) => ({ text: wording.text, mediaUrls: picturesOf(wording) }));
  const found = await Promise.all(
    different(contents, ({ mediaUrls }) => mediaUrls)
      .slice(0, looksLimit)
      .map((one) => mediaMistakes({ category, content: one }, true, using)),
  );
  return eachOnce(found.flat());
}

/** Refuses files that no picture message could carry, by the problem that it is then. */
export async function assertFiles(
  said: Pick<Campaign, "category" | "content">,
  template: Template | undefined,
  problem: "body.invalid" | "campaign.files-unfit",
  using: MediaUsing,
): Promise<void> {
  const mistakes = await fileMistakes(said, template, using);
  if (mistakes.length > 0) throw new Problem(problem, mistakes);
}

/** What some carrier may not take of the files that recipients would get, each file once. */
export async function fileWarnings(
  drafts: readonly Message[],
  senders: readonly Sender[],
  using: MediaUsing,
): Promise<MediaWarnings> {
  const looked = different(drafts, (draft) => contentOn("mms", draft).mediaUrls).slice(0, looksLimit);
  const found = await Promise.all(
    looked.map(async (draft) => [
      ...(await mediaMistakes(draft, draft.template !== undefined, using)),
      ...(await mediaWarnings(draft, senders, using)),
    ]),
  );
  return eachOnce(found.flat());
}

/** What a template sends along in a picture message; files are the same for everybody who reads a language. */
function picturesOf({ channels, mediaUrls = [] }: Wording): string[] {
  return channels?.mms?.mediaUrls ?? mediaUrls;
}

function different<T>(all: readonly T[], filesOf: (one: T) => readonly string[]): readonly T[] {
  return [...new Map(all.map((one) => [filesOf(one).join(" "), one])).values()];
}

function eachOnce<T>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}
