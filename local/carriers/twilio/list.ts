import type { SQLInputValue } from "node:sqlite";
import type { Account } from "../accounts.ts";
import { dayOf, type Records } from "../records.ts";
import { apiVersion, messageResource } from "./resource.ts";

const pageSizes = { usual: 50, most: 1000 };

/** Messages.list: newest first, filtered by To, From and the day it was sent. */
export function listMessages(records: Records, { accountSid }: Account, query: URLSearchParams) {
  const size = Math.min(pageSizes.most, Number(query.get("PageSize") ?? pageSizes.usual) || pageSizes.usual);
  const page = Number(query.get("Page") ?? 0) || 0;
  const { condition, values } = filterOf(records, accountSid, query);
  const found = records.texts.find(`${condition} order by seq desc limit ?`, ...values, size + 1);
  const shown = found.slice(0, size);
  const last = shown.at(-1);
  const uri = uriOf(accountSid, query, {});
  return {
    first_page_uri: uriOf(accountSid, query, { PageSize: String(size), Page: "0" }),
    end: page * size + Math.max(0, shown.length - 1),
    previous_page_uri: null,
    messages: shown.map(messageResource),
    uri,
    page_size: size,
    start: page * size,
    next_page_uri:
      found.length > size && last
        ? uriOf(accountSid, query, {
            PageSize: String(size),
            Page: String(page + 1),
            PageToken: `PA${last.sid}`,
          })
        : null,
    page,
  };
}

/** The list knows days only: `DateSent>` and `DateSent<` include the day they name. */
const filters: Readonly<
  Record<string, { readonly sql: string; readonly value: (given: string) => SQLInputValue }>
> = {
  To: { sql: "recipient = ?", value: (given) => given },
  From: { sql: "origin = ?", value: (given) => given },
  DateSent: { sql: "day = ?", value: dayGiven },
  "DateSent<": { sql: "day <= ?", value: dayGiven },
  "DateSent>": { sql: "day >= ?", value: dayGiven },
};

function filterOf(records: Records, accountSid: string, query: URLSearchParams) {
  const conditions = ["account = ?", "json_extract(record, '$.removed') is null"];
  const values: SQLInputValue[] = [accountSid];
  for (const [name, { sql, value }] of Object.entries(filters)) {
    const given = query.get(name);
    if (!given) continue;
    conditions.push(sql);
    values.push(value(given));
  }
  const after = records.texts.seqOf((query.get("PageToken") ?? "").replace(/^PA/, ""));
  if (after !== undefined) {
    conditions.push("seq < ?");
    values.push(after);
  }
  return { condition: conditions.join(" and "), values };
}

function dayGiven(given: string): string {
  const instant = Date.parse(given);
  return Number.isNaN(instant) ? given.slice(0, 10) : dayOf(instant);
}

function uriOf(accountSid: string, query: URLSearchParams, more: Readonly<Record<string, string>>): string {
  const kept = [...query].filter(([name]) => name in filters || name === "PageSize");
  const search = new URLSearchParams({ ...Object.fromEntries(kept), ...more }).toString();
  return `/${apiVersion}/Accounts/${accountSid}/Messages.json${search && `?${search}`}`;
}
