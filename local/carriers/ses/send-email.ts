import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import "../../../functions/platform/english.ts";
import type { MailAccount } from "../accounts.ts";
import type { Carrier } from "../carrier.ts";
import { handsetOfMailbox, newHandset } from "../handset.ts";
import type { MailFile, MailMessage } from "../mail-message.ts";
import { acceptMail } from "../mailbox.ts";
import type { Rates } from "../rate.ts";
import { useUp } from "../use-up.ts";
import { fromHeader } from "./from-header.ts";
import { SesException } from "./ses-exception.ts";

const Said = z.object({ Data: z.string().check(z.minLength(1)), Charset: z.optional(z.string()) });
const Tag = z.string().check(z.regex(/^[\w-]{1,256}$/));

/** A file as SES takes it (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Attachment.html). */
const File = z.object({
  FileName: z.string().check(z.minLength(1), z.maxLength(255)),
  RawContent: z.base64().check(z.minLength(1)),
  ContentType: z.optional(z.string().check(z.minLength(1), z.maxLength(78))),
  ContentDisposition: z.optional(z.enum(["ATTACHMENT", "INLINE"])),
  ContentTransferEncoding: z.optional(z.enum(["BASE64", "QUOTED_PRINTABLE", "SEVEN_BIT"])),
});

/** The body of SendEmail with simple content to one mailbox (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html). */
const Asked = z.object({
  FromEmailAddress: z.string().check(z.regex(/^[\x20-\x7e]+$/), z.maxLength(320)),
  Destination: z.object({ ToAddresses: z.tuple([z.email()]) }),
  ReplyToAddresses: z._default(z.array(z.email()).check(z.maxLength(50)), []),
  Content: z.object({
    Simple: z.object({
      Subject: Said,
      Body: z.object({ Text: Said, Html: z.optional(Said) }),
      Headers: z._default(
        z
          .array(
            z.object({
              Name: z.string().check(z.regex(/^[!-9;-~]{1,126}$/)),
              Value: z.string().check(z.regex(/^[\x20-\x7e]{1,870}$/)),
            }),
          )
          .check(z.maxLength(15)),
        [],
      ),
      Attachments: z._default(z.array(File), []),
    }),
  }),
  EmailTags: z._default(z.array(z.object({ Name: Tag, Value: Tag })).check(z.maxLength(50)), []),
  ConfigurationSetName: z.optional(z.string().check(z.maxLength(64))),
});
type Asked = z.infer<typeof Asked>;

/** An e-mail that was taken in, and whether the caller is to hear of it. */
export interface TakenMail {
  readonly messageId: string;
  readonly loseReply: boolean;
}

/** SendEmail: checks as the API does, then sends the e-mail on its way. */
export function sendEmail(carrier: Carrier, rates: Rates, body: unknown): TakenMail {
  const { success, data: asked, error } = Asked.safeParse(body);
  if (!success) throw new SesException("BadRequestException", z.prettifyError(error));
  const now = carrier.clock.now();
  const mail = mailOf(asked, now);
  const account = accountOf(carrier, mail.from.address);
  const set = asked.ConfigurationSetName;
  if (set !== undefined && !account.configurationSets.some(({ name }) => name === set))
    throw new SesException("NotFoundException", `Configuration set <${set}> does not exist.`);
  const handset = carrier.records.handsets.get(mail.handset) ?? newHandset(mail.handset, now);
  const { errorCode, loseReply } = handset.switches;
  const refusal = errorCode === null ? undefined : refusals.get(errorCode);
  useUp(carrier, handset);
  if (refusal) throw new SesException(...refusal);
  if (!rates.take("ses", 1, account.perSecond, now))
    throw new SesException("TooManyRequestsException", "Maximum sending rate exceeded.");
  acceptMail(carrier, mail);
  return { messageId: mail.id, loseReply };
}

/** The account that has proved that an address is its own, or the whole domain. */
function accountOf({ accounts }: Carrier, address: string): MailAccount {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const found = accounts
    .flatMap(({ mail }) => mail ?? [])
    .find(({ identities }) => identities.includes(address) || identities.includes(domain));
  if (found) return found;
  const says = `Email address is not verified. The following identities failed the check in region US-EAST-1: ${address}`;
  throw new SesException("MessageRejected", says);
}

function mailOf({ Content: { Simple }, ...asked }: Asked, now: number): MailMessage {
  const [to] = asked.Destination.ToAddresses;
  const { Subject, Body, Headers, Attachments } = Simple;
  return {
    id: `01000${randomUUID()}-000000`,
    handset: handsetOfMailbox(to),
    to,
    from: fromHeader(asked.FromEmailAddress),
    replyTo: asked.ReplyToAddresses,
    subject: Subject.Data,
    text: Body.Text.Data,
    ...(Body.Html && { html: Body.Html.Data }),
    ...(Attachments.length > 0 && { attachments: Attachments.map(fileOf) }),
    headers: Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
    tags: Object.fromEntries(asked.EmailTags.map(({ Name, Value }) => [Name, Value])),
    ...(asked.ConfigurationSetName && { configurationSet: asked.ConfigurationSetName }),
    createdAt: now,
    state: "on-its-way",
  };
}

/** The switch that refuses is in HTTP statuses; this is how SES refuses with them. */
const refusals: ReadonlyMap<number, readonly [name: string, says: string]> = new Map([
  [400, ["MessageRejected", "Message rejected: the content is not allowed."]],
  [403, ["AccessDeniedException", "User is not authorized to perform ses:SendEmail."]],
  [423, ["SendingPausedException", "Sending is paused for this account."]],
  [429, ["TooManyRequestsException", "Maximum sending rate exceeded."]],
  [500, ["InternalServiceErrorException", "The service failed."]],
]);

function fileOf({ FileName, ContentType, RawContent }: z.infer<typeof File>): MailFile {
  return { name: FileName, contentType: ContentType ?? "application/octet-stream", content: RawContent };
}
