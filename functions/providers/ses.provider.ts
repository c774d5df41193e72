import type { SendEmailCommandInput, SendEmailCommandOutput } from "@aws-sdk/client-sesv2";
import { type AwsClient, awsClient, AwsError, commandOf } from "../platform/aws-client.ts";
import { mailboxOf } from "./mailbox.ts";
import type { Mail, Outgoing, Provider, SendResult } from "./provider.ts";
import { meaningOfMailError } from "./ses-codes.ts";
import { attemptTag, tagOf } from "./ses-events.ts";
import { isTimeout, isUnsent } from "./unsent.ts";

const SendEmailCommand = commandOf<SendEmailCommandInput, Pick<SendEmailCommandOutput, "MessageId">>(
  {
    name: "ses",
    variable: "SESV2",
    host: "email",
    contentType: "application/json",
    pathOf: () => "/v2/email/outbound-emails",
  },
  "SendEmail",
);

/**
 * Sends e-mail through Amazon SES, to one person each: SES reports a complaint for everybody at its domain. One call a send:
 * SendEmail has no token that would make a second one harmless, and SES keeps no list of what was sent. What became of an
 * e-mail whose reply was lost is told by its events alone. The streams have a configuration set each.
 */
export function sesProvider(
  configurationSets: string,
  // One try on a fresh connection: a second try, or a request lost on a dead connection, could send it twice or never.
  client: AwsClient = awsClient({ attempts: 1, keepsConnections: false }),
): Provider {
  return {
    send: async (outgoing) => {
      const { to, mail, content } = outgoing;
      if (to.kind !== "email") return { is: "refused", reason: "not-a-mailbox" };
      if (!mail || content.subject === undefined) return { is: "refused", reason: "subject-missing" };
      try {
        const { MessageId } = await client.send(
          commandFor(outgoing, content.subject, mail, configurationSets),
        );
        return MessageId
          ? { is: "accepted", providerMessageId: MessageId }
          : { is: "unknown", reason: "no-name" };
      } catch (error) {
        return resultOfError(error);
      }
    },
  };
}

function commandFor(
  { attemptId, to, from, content }: Outgoing,
  subject: string,
  { fromName, replyTo, stream, unsubscribeUrl }: Mail,
  configurationSets: string,
) {
  return new SendEmailCommand({
    FromEmailAddress: mailboxOf(fromName, from),
    Destination: { ToAddresses: [to.value] },
    ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Text: utf8(content.text), ...(content.html !== undefined && { Html: utf8(content.html) }) },
        ...(stream === "marketing" && { Headers: oneClick(unsubscribeUrl) }),
      },
    },
    EmailTags: [{ Name: attemptTag, Value: tagOf(attemptId) }],
    ConfigurationSetName: `${configurationSets}-${stream}`,
  });
}

function utf8(Data: string) {
  return { Data, Charset: "UTF-8" };
}

/** Mail programs show a button for these two (RFC 8058): it posts to the address, and nobody has to follow a link. */
function oneClick(url: string) {
  return [
    { Name: "List-Unsubscribe", Value: `<${url}>` },
    { Name: "List-Unsubscribe-Post", Value: "List-Unsubscribe=One-Click" },
  ];
}

function resultOfError(error: unknown): SendResult {
  if (error instanceof AwsError) {
    // A server error may come after the e-mail was taken: nobody knows.
    if (error.status >= 500) return { is: "unknown", reason: `http-${error.status}` };
    const known = meaningOfMailError(error.name, error.message);
    return known ?? { is: "refused", reason: "unknown-code", code: error.name };
  }
  if (isUnsent(error)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5, isOutage: true };
  return { is: "unknown", reason: isTimeout(error) ? "timeout" : "reply-lost" };
}
