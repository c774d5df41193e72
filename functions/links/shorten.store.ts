import * as z from "zod";
import type { Tables } from "../platform/aws.store.ts";
import { linkStore } from "./link.store.ts";
import { type Shorten, shortener } from "./shorten.ts";

const Declared = z.object({ table: z.string(), url: z.string(), keepDays: z.number() });

/** What makes links short, by a function's setting; undefined for a business that has no short links. */
export function shortenerFor(declared: string, tables: Tables): Shorten | undefined {
  if (!declared) return undefined;
  const { table, url, keepDays } = Declared.parse(JSON.parse(declared));
  return shortener({ links: linkStore(tables, table), base: url, keepDays });
}
