import type { Shorten } from "../links/shorten.ts";
import { log } from "../platform/log.ts";
import { Problem } from "../platform/problem.ts";
import { Content, isTooLong } from "./message.ts";

/** What stands in a text for its link. */
const placeholder = "{{link}}";

/** Something to be sent, under the id it gets. */
interface Named<A> {
  readonly asked: A;
  readonly id: string;
}

/** The same with its link in the place of the text that is meant for it, made short where the business wants that. */
export async function linked<A extends { readonly content?: Content | undefined }, N extends Named<A>>(
  item: N,
  shorten: Shorten | undefined,
  now: number,
): Promise<N> {
  const { asked, id } = item;
  const { content } = asked;
  // What a template says has its link in its place already.
  if (content?.link === undefined) return item;
  const link = shorten ? await shortOr(content.link, id, shorten, now) : content.link;
  const text = content.text.replaceAll(placeholder, () => link);
  const html = content.html?.replaceAll(placeholder, () => link.replaceAll("&", "&amp;"));
  const said = { ...content, link, text, ...(html !== undefined && { html }) };
  if (Content.shape.text.safeParse(text).success && !isTooLong(said))
    return { ...item, asked: { ...asked, content: said } };
  throw new Problem("body.invalid", [{ field: "content.text", message: "is too long with its link" }]);
}

/** The same for each message of a batch; what is wrong with one keeps no other from going. */
export async function allLinked<A extends { readonly content?: Content | undefined }, N extends Named<A>>(
  items: readonly (N | Problem)[],
  shorten: Shorten | undefined,
  now: number,
): Promise<readonly (N | Problem)[]> {
  return Promise.all(
    items.map(async (item) => {
      if (item instanceof Problem) return item;
      try {
        return await linked<A, N>(item, shorten, now);
      } catch (error) {
        if (error instanceof Problem) return error;
        throw error;
      }
    }),
  );
}

/** A link that cannot be made short now goes out as it is: the person loses nothing, only nobody counts the click. */
async function shortOr(url: string, messageId: string, shorten: Shorten, now: number): Promise<string> {
  try {
    return await shorten(url, messageId, now);
  } catch (error) {
    log.error("link-not-shortened", error, { messageId });
    return url;
  }
}
