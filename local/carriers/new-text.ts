import { randomBytes } from "node:crypto";
import { SegmentedMessage } from "sms-segments-calculator";
import type { TextMessage } from "./text-message.ts";

/** Seconds a text may wait when nobody says otherwise: Twilio's longest. */
export const longestValiditySeconds = 36_000;

/** What has to be said about a text; the rest follows. */
export type TextDraft = Pick<
  TextMessage,
  "accountSid" | "direction" | "handset" | "sender" | "body" | "status"
> &
  Partial<TextMessage>;

/** A text as the provider takes it in: with a SID, its segments and the instants. */
export function newText(draft: TextDraft, now: number): TextMessage {
  const mediaUrls = draft.mediaUrls ?? [];
  const kind = mediaUrls.length > 0 ? "MM" : "SM";
  return {
    sid: `${kind}${randomBytes(16).toString("hex")}`,
    mediaUrls,
    segments: segmentsOf(draft.body, mediaUrls.length),
    createdAt: now,
    updatedAt: now,
    validUntil: (draft.sendAt ?? now) + longestValiditySeconds * 1000,
    ...draft,
  };
}

/** Segments as Twilio counts them, by its own library; a picture message is one, and so is a short text of plain characters. */
function segmentsOf(body: string, mediaCount: number): number {
  const isOne = mediaCount > 0 || plain.test(body);
  return isOne ? 1 : new SegmentedMessage(body, "auto").segmentsCount;
}

/** One septet each in GSM-7, 160 of which are a segment: no library has to look at them one by one. */
const plain = /^[A-Za-z0-9 \r\n!"#$%&'()*+,./:;<=>?@_-]{1,160}$/;
