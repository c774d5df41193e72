import type { SendEmailCommandInput, SendEmailCommandOutput } from "@aws-sdk/client-sesv2";
import { type AwsClient, awsClient, commandOf } from "../platform/aws-client.ts";
import { sentByAws } from "./aws-send.ts";
import { fromHeaderOf } from "./from-header.ts";
import type { Attached, AttachedFile, Mail, Outgoing, Provider, SendResult } from "./provider.ts";
import { meaningOfMailError } from "./ses-codes.ts";
import { attemptTag, tagOf } from "./ses-events.ts";

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

/** A file's server that is out for now is asked again after this time. */
const laterSeconds = 60;
const nothing = { are: "there", files: [] } as const;

/**
 * Sends e-mail through Amazon SES, to one person each: SES reports a complaint for everybody at its domain. One call a send:
 * SendEmail has no token that would make a second one harmless, and SES keeps no list of what was sent. What became of an
 * e-mail whose reply was lost is told by its events alone. The streams have a configuration set each.
 */
export function sesProvider(
  configurationSets: string,
  // One try on a fresh connection: a second try, or a request lost on a dead connection, could send it twice or never.
  client: AwsClient = awsClient({ attempts: 1, keeping: "while-busy" }),
): Provider {
  return {
    send: async (outgoing) => {
      const { to, mail, content } = outgoing;
      if (to.kind !== "email") return { is: "refused", reason: "not-a-mailbox" };
      if (!mail || content.subject === undefined) return { is: "refused", reason: "subject-missing" };
      const { subject } = content;
      const { attached = nothing } = mail;
      if (attached.are === "missing") return withoutFiles(attached);
      return sentByAws(
        () => client.send(commandFor(outgoing, mail, { subject, files: attached.files }, configurationSets)),
        ({ name, message }) => meaningOfMailError(name, message),
      );
    },
  };
}

function commandFor(
  { attemptId, to, from, content }: Outgoing,
  { fromName, replyTo, stream, unsubscribeUrl }: Mail,
  { subject, files }: { readonly subject: string; readonly files: readonly AttachedFile[] },
  configurationSets: string,
) {
  return new SendEmailCommand({
    FromEmailAddress: fromHeaderOf(fromName, from),
    Destination: { ToAddresses: [to.value] },
    ...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
    Content: {
      Simple: {
        Subject: utf8(subject),
        Body: { Text: utf8(content.text), ...(content.html !== undefined && { Html: utf8(content.html) }) },
        ...(stream === "marketing" && { Headers: oneClick(unsubscribeUrl) }),
        ...(files.length > 0 && { Attachments: files.map(attachmentOf) }),
      },
    },
    EmailTags: [{ Name: attemptTag, Value: tagOf(attemptId) }],
    ConfigurationSetName: `${configurationSets}-${stream}`,
  });
}

/** Our client writes JSON, in which bytes are base64. */
function attachmentOf({ name, bytes, contentType }: AttachedFile) {
  return {
    FileName: name,
    RawContent: Buffer.from(bytes).toString("base64") as unknown as Uint8Array,
    ContentDisposition: "ATTACHMENT" as const,
    ContentTransferEncoding: "BASE64" as const,
    ...(contentType !== undefined && { ContentType: contentType }),
  };
}

/** An e-mail goes with its files or not at all; a server that is out for now is asked again later. */
function withoutFiles({ reason, isLasting }: Extract<Attached, { are: "missing" }>): SendResult {
  return isLasting ? { is: "refused", reason } : { is: "busy", reason, retryAfterSeconds: laterSeconds };
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
