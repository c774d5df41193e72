import type { MailMessage } from "../mail-message.ts";

/** What SES tells of an e-mail; the words are those that configuration sets choose by. */
export type MailNews =
  | { readonly is: "send" | "delivery" | "deliveryDelay" | "reject" | "open" }
  | {
      readonly is: "bounce";
      readonly type: "Permanent" | "Transient" | "Undetermined";
      readonly subtype: string;
      readonly says: string;
    }
  | { readonly is: "complaint" };

/** An event as SES publishes it (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html). */
export function mailEvent(mail: MailMessage, news: MailNews, now: number): Record<string, unknown> {
  return { ...details(mail, news, new Date(now).toISOString()), mail: mailPart(mail) };
}

function details(mail: MailMessage, news: MailNews, timestamp: string): Record<string, unknown> {
  const recipients = [mail.to];
  switch (news.is) {
    case "send":
      return { eventType: "Send", send: {} };
    case "delivery":
      return {
        eventType: "Delivery",
        delivery: {
          timestamp,
          processingTimeMillis: Math.max(0, Date.parse(timestamp) - mail.createdAt),
          recipients,
          smtpResponse: "250 2.0.0 OK",
          reportingMTA: "a8-70.smtp-out.amazonses.com",
        },
      };
    case "deliveryDelay":
      return {
        eventType: "DeliveryDelay",
        deliveryDelay: {
          timestamp,
          delayType: "TransientCommunicationFailure",
          expirationTime: new Date(mail.createdAt + 14 * 3_600_000).toISOString(),
          delayedRecipients: recipients.map((emailAddress) => ({
            emailAddress,
            status: "4.4.1",
            diagnosticCode: "smtp; 421 4.4.1 Unable to connect to remote host",
          })),
        },
      };
    case "bounce":
      return {
        eventType: "Bounce",
        bounce: {
          feedbackId: `${mail.id}-bounce`,
          bounceType: news.type,
          bounceSubType: news.subtype,
          bouncedRecipients: recipients.map((emailAddress) => ({
            emailAddress,
            action: "failed",
            status: news.says.slice(4, 9),
            diagnosticCode: `smtp; ${news.says}`,
          })),
          timestamp,
          reportingMTA: "dns; a8-70.smtp-out.amazonses.com",
        },
      };
    case "complaint":
      return {
        eventType: "Complaint",
        complaint: {
          feedbackId: `${mail.id}-complaint`,
          complaintSubType: null,
          complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
          timestamp,
          userAgent: "Amazon SES Mailbox Simulator",
          complaintFeedbackType: "abuse",
          arrivalDate: timestamp,
        },
      };
    case "reject":
      return { eventType: "Reject", reject: { reason: "Bad content" } };
    case "open":
      return { eventType: "Open", open: { timestamp, ipAddress: "192.0.2.1", userAgent: "Mozilla/5.0" } };
  }
}

function mailPart(mail: MailMessage): Record<string, unknown> {
  const { id, to, from, subject, tags, configurationSet, createdAt } = mail;
  const source = from.name ? `${from.name} <${from.address}>` : from.address;
  return {
    timestamp: new Date(createdAt).toISOString(),
    source,
    sourceArn: `arn:aws:ses:us-east-1:000000000000:identity/${from.address}`,
    sendingAccountId: "000000000000",
    messageId: id,
    destination: [to],
    headersTruncated: false,
    headers: [
      { name: "From", value: source },
      { name: "To", value: to },
      { name: "Subject", value: subject },
      ...mail.headers,
    ],
    commonHeaders: { from: [source], to: [to], messageId: id, subject },
    tags: {
      "ses:operation": ["SendEmail"],
      ...(configurationSet && { "ses:configuration-set": [configurationSet] }),
      "ses:from-domain": [from.address.slice(from.address.lastIndexOf("@") + 1)],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
}
