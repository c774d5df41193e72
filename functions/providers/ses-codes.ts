import type { Mark, Receipt } from "./provider.ts";
import { busy, type Refusal, refused, shut } from "./refusal.ts";

/** What an event of an e-mail means for us. */
export interface MailMeaning {
  readonly is: Receipt["is"];
  readonly reason?: string;
  readonly mark?: Mark;
}

const bounced = (reason: string, mark?: Mark): MailMeaning => ({
  is: "undelivered",
  reason,
  ...(mark && { mark }),
});
const complained: MailMeaning = { is: "delivered", mark: "opted-out" };

/**
 * Events in our words, by what they are, their type and subtype
 * (docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html).
 * A soft bounce is one that SES has given up on after hours, and says nothing of the next e-mail. A complaint proves that
 * the e-mail arrived. A click is not asked for: links are counted where they lead. Subscription is of SES's own lists, which
 * are not used. What has no row says nothing new.
 */
const events: ReadonlyMap<string, MailMeaning> = new Map<string, MailMeaning>([
  ["Send", { is: "provider-accepted" }],
  ["DeliveryDelay", { is: "provider-accepted" }],
  ["Delivery", { is: "delivered" }],
  // Asked for only where an opened e-mail is to count as read.
  ["Open", { is: "read" }],
  ["Bounce", bounced("bounced")],
  ["Bounce/Permanent", bounced("bounced-for-good", "unreachable")],
  ["Bounce/Permanent/NoEmail", bounced("no-such-mailbox", "unreachable")],
  ["Bounce/Permanent/Suppressed", bounced("suppressed-by-provider", "unreachable")],
  ["Bounce/Permanent/OnAccountSuppressionList", bounced("suppressed-by-provider", "unreachable")],
  ["Bounce/Transient/MailboxFull", bounced("mailbox-full")],
  ["Bounce/Transient/MessageTooLarge", bounced("content-too-long")],
  ["Bounce/Transient/ContentRejected", bounced("content-blocked")],
  ["Bounce/Transient/AttachmentRejected", bounced("content-blocked")],
  ["Complaint", complained],
  // They complained before: nothing was sent.
  ["Complaint/OnAccountSuppressionList", bounced("suppressed-by-provider", "opted-out")],
  // "This is not spam."
  ["Complaint/not-spam", { is: "delivered" }],
  ["Reject", { is: "failed", reason: "content-blocked" }],
  ["Rendering Failure", { is: "failed", reason: "content-invalid" }],
]);

/** What an event means, from the most exact name that has a row; undefined for one that tells nothing new. */
export function meaningOfMail(code: string): MailMeaning | undefined {
  const end = code.lastIndexOf("/");
  return events.get(code) ?? (end < 0 ? undefined : meaningOfMail(code.slice(0, end)));
}

/**
 * Errors of SendEmail in our words (docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).
 * Some names stand for several things, which only the sentence beside them tells apart.
 */
const refusals: readonly (readonly [name: string, says: RegExp, is: Refusal])[] = [
  ["TooManyRequestsException", /daily/i, shut("quota-used-up")],
  ["TooManyRequestsException", /./, busy("over-the-rate", 1)],
  ["ThrottlingException", /./, busy("over-the-rate", 1)],
  ["LimitExceededException", /rate|per second/i, busy("over-the-rate", 1)],
  ["LimitExceededException", /./, shut("quota-used-up")],
  ["AccountSuspendedException", /./, shut("account-suspended")],
  ["SendingPausedException", /./, shut("sending-paused")],
  ["MailFromDomainNotVerifiedException", /./, shut("sender-not-verified")],
  // In the sandbox people's own addresses have to be verified, too: SES does not say whose has failed.
  ["MessageRejected", /not verified/i, refused("not-verified")],
  ["MessageRejected", /./, refused("content-blocked")],
  ["BadRequestException", /./, refused("request-invalid")],
  ["NotFoundException", /./, refused("configuration")],
  ["AccessDeniedException", /./, shut("credentials-refused")],
  ["UnrecognizedClientException", /./, shut("credentials-refused")],
  ["ExpiredTokenException", /./, shut("credentials-refused")],
  ["InvalidSignatureException", /./, shut("credentials-refused")],
  ["SignatureDoesNotMatch", /./, shut("credentials-refused")],
];

/** What an error proves: SES refused the request, so nothing was sent. What SES says may name people and stays out. */
export function meaningOfMailError(name: string, says: string): Refusal | undefined {
  const known = refusals.find(([row, pattern]) => row === name && pattern.test(says || name))?.[2];
  return known?.is === "refused" ? { ...known, code: name } : known;
}
