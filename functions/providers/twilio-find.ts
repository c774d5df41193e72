import * as z from "zod/mini";
import { type Answer, isOk } from "../platform/exchange.ts";
import type { AskedFor, Found } from "./provider.ts";
import { receiptOf } from "./twilio-receipt.ts";

/** Reads a resource of the account. */
export type Get = (path: string, query: URLSearchParams) => Promise<Answer>;

const Text = z.object({
  sid: z.string(),
  status: z.string(),
  body: z.nullable(z.string()),
  date_created: z.string(),
  error_code: z.nullish(z.union([z.number(), z.string()])),
});
type Text = z.infer<typeof Text>;
const Listed = z.object({ messages: z.array(Text) });

/** How far the provider's clock and ours may be apart. */
const clockDifference = 60_000;
/** An attempt is created within this time after it started, or not at all. */
const createdWithin = 5 * 60_000;

/** Looks for a text by its name, or among those that the person got at the time. */
export async function findText(asked: AskedFor, startedAt: number, get: Get): Promise<Found> {
  if (asked.providerMessageId !== undefined) return named(asked.providerMessageId, asked, startedAt, get);
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const days = new Set([day(startedAt - clockDifference), day(startedAt + createdWithin)]);
  // What waits in Twilio's queue has no date of sending yet: it is only in the list without one.
  const lists = await Promise.all([undefined, ...days].map((date) => listOf(asked, date, get)));
  const inTime = lists.flat().filter(({ date_created: created }) => {
    const at = Date.parse(created);
    return at >= startedAt - clockDifference && at <= startedAt + createdWithin;
  });
  // Nothing at all for this person proves that ours was not taken; another text may be ours, changed on its way.
  if (inTime.length === 0) return { is: "none" };
  const matching = inTime.filter(({ body }) => body === asked.content.text);
  const [only, ...others] = [...new Map(matching.map((one) => [one.sid, one])).values()];
  return only && others.length === 0 ? foundIn(only, asked, startedAt) : { is: "cannot-say" };
}

/** What was taken under a name stays taken, also when its record has been removed since. */
async function named(sid: string, asked: AskedFor, startedAt: number, get: Get): Promise<Found> {
  const answer = await get(`/Messages/${encodeURIComponent(sid)}.json`, new URLSearchParams());
  return isOk(answer) ? foundIn(Text.parse(JSON.parse(answer.text)), asked, startedAt) : { is: "cannot-say" };
}

function foundIn({ sid, status, error_code: code }: Text, { attemptId }: AskedFor, startedAt: number): Found {
  const said = { sid, status, code: code ? String(code) : undefined };
  const receipt = receiptOf(attemptId, said, { at: startedAt, from: "reconcile" });
  return receipt ? { is: "found", receipt } : { is: "cannot-say" };
}

async function listOf(asked: AskedFor, date: string | undefined, get: Get): Promise<readonly Text[]> {
  const query = new URLSearchParams({ To: asked.to.value, From: asked.from, PageSize: "100" });
  if (date) query.set("DateSent", date);
  const { text } = await get("/Messages.json", query);
  return Listed.parse(JSON.parse(text)).messages;
}
