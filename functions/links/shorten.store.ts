import type { Tables } from "../platform/aws.store.ts";
import { linkStore } from "./link.store.ts";
import { LinkSetting } from "./link-setting.ts";
import { type Shorten, shortener } from "./shorten.ts";

/** What makes links short, by a function's setting; undefined for a business that has no short links. */
export function shortenerFor(declared: string, tables: Tables): Shorten | undefined {
  if (!declared) return undefined;
  const { table, url, keepDays } = LinkSetting.parse(JSON.parse(declared));
  return shortener({ links: linkStore(tables, table), base: url, keepDays });
}
