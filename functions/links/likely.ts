import { codeOf } from "./link.ts";
import { LinkSetting } from "./link-setting.ts";
import type { Shorten } from "./shorten.ts";

/** Short links as they will look, for those who only want to see: nothing is kept, and they lead nowhere. */
export function likelyShort(declared: string): Shorten | undefined {
  if (!declared) return undefined;
  const { url } = LinkSetting.parse(JSON.parse(declared));
  return async (_link, messageId, _now, place) => `${url}/${codeOf(messageId, 0, place)}`;
}
