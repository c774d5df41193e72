import { deflated, inflated } from "../platform/deflated.ts";

/**
 * A message's story for its table: compressed, because every step of a message writes all of it and DynamoDB bills each
 * kilobyte. The words that nearly every story has are known to both sides beforehand; stories are read with the words they
 * were written with, so a list in use is never changed: a new one gets the next number.
 */
export function storyOf(value: unknown): string {
  return `${version}${deflated(JSON.stringify(value), { ...settings, dictionary: words })}`;
}

/** What was told. Throws for a story whose words nobody knows any more. */
export function toldBy(story: string): unknown {
  if (!story.startsWith(version)) throw new Error(`A story of version ${story.slice(0, 1)} cannot be read`);
  return JSON.parse(inflated(story.slice(version.length), { ...settings, dictionary: words }));
}

const version = "1";
/**
 * A window of eight kilobytes holds a long story, and costs less to set up than the usual one. Looking harder for repetitions
 * takes twice as long and saves ten bytes; room for sixteen kilobytes at once is never filled.
 */
const settings = { level: 3, windowBits: 13, memLevel: 6, chunkSize: 4_096 } as const;

/** What compresses best stands last: the story of one text message that was delivered. */
const words = Buffer.from(
  [
    ..."suppressed expired canceled held unknown undelivered failed refused read late-delivered reply-lost".split(
      " ",
    ),
    ..."no-consent opted-out cap-reached switched-off sender-busy quiet-hours: law brand-hours America/New_York".split(
      " ",
    ),
    ..."unreachable landline push-denied text-too-long media-not-possible country-unknown no-sender".split(
      " ",
    ),
    ..."alphanumeric-not-supported alphanumeric-needs-registration channel-not-in-category reply-not-possible".split(
      " ",
    ),
    '"heldUntil":1795,"replyTo":{"addressId":"adr_","senderId":"","inboundId":"inb_"},"sendAt":1795,"requestHash":"',
    '"title":"","link":"https://","taskToken":"AQCAAAAAKgAAAAMAAAAA","movesOnAt":1795,"grain":"cohort"',
    '{"channel":"push","reason":"no-address","points":[]},{"channel":"mms","reason":"media-not-needed","points":[]}',
    '{"for":"needs","points":1.5,"because":"category needs it, channel gives it: somewhat"}',
    '{"for":"last used","points":0.5,"because":"used 3 days ago"},"because":"brings people back to the app"',
    '"reason":"sender-not-for-country","points":[]},{"channel":"sms","addressId":"adr_01M","senderId":"","reason":"not-needed"',
    '{"category":"","content":{"text":"","mediaUrls":[]},"expiresAt":17957,"status":"delivered","step":0,"plan":{"steps":[',
    '{"channel":"sms","addressId":"adr_01M","senderId":"us-number","waitSeconds":60}],"considered":[',
    '{"channel":"sms","addressId":"adr_01M","senderId":"","reason":"chosen","score":11.17,"points":[',
    '{"for":"urgency","points":2,"because":"urgency 2, channel is urgent: yes"},',
    '{"for":"reliability","points":2,"because":"channel is reliable: yes"},',
    '{"for":"archival","points":2,"because":"archival 1, kept on the channel: somewhat"},',
    '{"for":"ubiquity","points":1,"because":"on every phone: yes"},',
    '{"for":"cost","points":4.17,"because":"0.8300 US cents a segment"}]},',
    '],"decidedAt":17957},"attempts":[{"id":"msg_01M.1","step":0,"channel":"sms","addressId":"adr_","senderId":"',
    '","status":"delivered","queuedAt":1795,"startedAt":1795,"providerAcceptedAt":1795,"carrierAcceptedAt":1795,',
    '"providerMessageId":"SM","segments":1,"deliveredAt":1795}],"timeline":[{"at":1795,"what":"accepted"},',
    '{"at":1795,"what":"planned"},{"at":1795,"what":"queued","attemptId":"msg_01M.1"},',
    '{"at":1795,"what":"sending","attemptId":"msg_01M.1"},{"at":1795,"what":"provider-accepted","attemptId":"msg_01M.1"},',
    '{"at":1795,"what":"carrier-accepted","attemptId":"msg_01M.1"},{"at":1795,"what":"delivered","attemptId":"msg_01M.1"}]',
    ',"confirmedAt":1795}',
  ].join(" "),
);
