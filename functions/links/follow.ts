import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Ids } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import type { Click } from "./click.ts";
import { isCode, type Link } from "./link.ts";
import { type Visit, visitorOf } from "./visitor.ts";

/** What following a link works with. */
export interface FollowUsing {
  readonly find: (code: string) => Promise<Link | undefined>;
  readonly sendClick: (click: Click) => Promise<void>;
  readonly ids: Ids;
}

/** Sends whoever asks to where the link leads, and to nowhere else; a person's visit is counted. */
export async function follow(
  code: string,
  visit: Visit,
  now: number,
  using: FollowUsing,
): Promise<APIGatewayProxyStructuredResultV2> {
  const link = isCode(code) ? await using.find(code) : undefined;
  if (!link || link.expiresAt <= now) return nowhere;
  const by = visitorOf(visit);
  if (by !== "scanner") await tell({ by, messageId: link.messageId, at: now }, using);
  return { statusCode: 302, headers: { ...unkept, location: link.url } };
}

/** Asked again, it may lead nowhere; and each visit is to come to us. */
const unkept = {
  "cache-control": "private, no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
} as const;

const nowhere = {
  statusCode: 404,
  headers: { ...unkept, "content-type": "text/plain; charset=utf-8" },
  body: "This link leads nowhere, or no longer.\n",
};

/** The person goes on, whether it can be counted or not. */
async function tell(click: Omit<Click, "clickId">, { ids, sendClick }: FollowUsing): Promise<void> {
  try {
    await sendClick({ clickId: ids.next("clk", click.at), ...click });
  } catch (error) {
    log.error("click-lost", error, { messageId: click.messageId });
  }
}
