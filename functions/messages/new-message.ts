import type { Category } from "./category.ts";
import type { Content } from "./content.ts";
import type { Message } from "./message.ts";
import { dueSeconds } from "./status.ts";

/** What a message is made from. */
export interface Asked {
  readonly id: string;
  readonly contactId: string;
  readonly category: Pick<Category, "id" | "validitySeconds">;
  readonly content: Content;
  readonly contents?: Message["contents"];
  readonly template?: Message["template"];
  readonly replyTo?: Message["replyTo"];
  /** What it is part of. */
  readonly campaign?: { readonly id: string; readonly page: number };
  readonly sendAt?: number | undefined;
  readonly expiresAt?: number | undefined;
  /** Fingerprint of the request that the caller gave a key. */
  readonly requestHash?: string | undefined;
  readonly now: number;
}

/** An accepted message; from here on the sweeper watches that it moves. */
export function newMessage({
  id,
  contactId,
  category,
  content,
  contents,
  template,
  replyTo,
  campaign,
  sendAt,
  expiresAt,
  requestHash,
  now,
}: Asked): Message {
  return {
    id,
    contactId,
    category: category.id,
    content,
    ...(contents && { contents }),
    ...(template && { template }),
    ...(replyTo && { replyTo }),
    ...(campaign && { campaignId: campaign.id, campaignPage: campaign.page }),
    ...(sendAt !== undefined && { sendAt }),
    ...(requestHash !== undefined && { requestHash }),
    createdAt: now,
    expiresAt: expiresAt ?? Math.max(now, sendAt ?? now) + category.validitySeconds * 1000,
    status: "accepted",
    step: -1,
    attempts: [],
    timeline: [{ at: now, what: "accepted" }],
    dueAt: now + dueSeconds.accepted * 1000,
    version: 1,
  };
}
