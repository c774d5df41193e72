import type { Shorten } from "../links/shorten.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { linkPlaceholder } from "../templates/compose.ts";
import { Content, isTooLong } from "./content.ts";
import type { Message } from "./message.ts";
import { withShortPush } from "./push-links.ts";

type Said = Pick<Message, "content" | "contents" | "template">;

/** Whose link it is, and since when. */
interface For {
  readonly id: string;
  readonly now: number;
}

/** What a message says with its link in the place of each text that is meant for it, and what it leads to made short where the business wants that. */
export async function linked<S extends Said>(said: S, whose: For, shorten: Shorten | undefined): Promise<S> {
  const full = said.content.link;
  if (!shorten) return withLink(said, full);
  const short = shortening(whose, shorten);
  const whole = withLink(said, full === undefined ? full : await short(full));
  return withShortPush(whole, short);
}

/** Makes each address of a message short once, however often it stands there. */
function shortening({ id, now }: For, shorten: Shorten) {
  const made = new Map<string, Promise<string>>();
  return (url: string, place?: string): Promise<string> => {
    const known = made.get(url) ?? shortOr(url, id, (full) => shorten(full, id, now, place));
    made.set(url, known);
    return known;
  };
}

/** The same with a link in the place of the message's own, which is left as it is by default. */
export function withLink<S extends Said>(said: S, link = said.content.link): S {
  const full = said.content.link;
  // The text has one short link: another one that a channel has goes out as it is.
  const place = (content: Content) => placed(content, content.link === full ? link : content.link);
  const own = Object.entries(said.contents ?? {}).map(([channel, content]) => [channel, place(content)]);
  return {
    ...said,
    content: place(said.content),
    ...(said.contents && { contents: Object.fromEntries(own) }),
  };
}

function placed(content: Content, link: string | undefined): Content {
  if (link === undefined) return content;
  const text = content.text.replaceAll(linkPlaceholder, () => link);
  const html = content.html?.replaceAll(linkPlaceholder, () => link.replaceAll("&", "&amp;"));
  const linkedContent = { ...content, link, text, ...(html !== undefined && { html }) };
  if (Content.shape.text.safeParse(text).success && !isTooLong(linkedContent)) return linkedContent;
  throw new Problem("body.invalid", [{ field: "content.text", message: "is too long with its link" }]);
}

/** A link that cannot be made short now goes out as it is: the person loses nothing, only nobody counts the click. */
async function shortOr(
  url: string,
  messageId: string,
  shorten: (url: string) => Promise<string>,
): Promise<string> {
  try {
    return await shorten(url);
  } catch (error) {
    log.error("link-not-shortened", error, { messageId });
    return url;
  }
}
