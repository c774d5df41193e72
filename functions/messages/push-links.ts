import type { PushPart } from "../channels/push-part.ts";
import { contentOn } from "./content.ts";
import type { Message } from "./message.ts";

/** Makes a link short; its place in the message tells it from the others. */
export type ShortAt = (url: string, place: string) => Promise<string>;

/** What a message says with the pages that its notification leads to made short; places in an app stay as they are. */
export async function withShortPush<S extends Pick<Message, "content" | "contents">>(
  said: S,
  short: ShortAt,
): Promise<S> {
  const shown = contentOn("push", said);
  if (!shown.push) return said;
  const content = { ...shown, push: await shortened(shown.push, short) };
  return said.contents?.push
    ? { ...said, contents: { ...said.contents, push: content } }
    : { ...said, content };
}

async function shortened(push: PushPart, short: ShortAt): Promise<PushPart> {
  const { actions, deepLink } = push;
  const page = async (url: string, place: string) => (url.startsWith("https:") ? short(url, place) : url);
  const pressed = actions?.map(async ({ link, ...action }) =>
    link === undefined ? action : { ...action, link: await page(link, `action-${action.id}`) },
  );
  return {
    ...push,
    ...(pressed && { actions: await Promise.all(pressed) }),
    ...(deepLink !== undefined && { deepLink: await page(deepLink, "deep-link") }),
  };
}
