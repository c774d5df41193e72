import * as z from "zod/mini";
import { Attachments } from "../channels/attachment.ts";
import { Channel } from "../channels/channel.ts";
import { KeptPushPart, PushPart } from "../channels/push-part.ts";
import { OneLine } from "../platform/one-line.ts";

/** Longest text of a message that is no e-mail. */
export const shortTextLimit = 1600;

/** What the message says. */
export const Content = z.object({
  text: z.string().check(z.minLength(1), z.maxLength(20_000)),
  /** Headline of a notification. */
  title: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** Subject of an e-mail: without one it does not go by e-mail. */
  subject: z.optional(OneLine.check(z.maxLength(300))),
  /** What an e-mail shows where it can show HTML; its text stands beside it. */
  html: z.optional(z.string().check(z.minLength(1), z.maxLength(100_000))),
  /** Files that an e-mail takes along; other channels go without them. */
  attachments: z.optional(Attachments),
  mediaUrls: z._default(z.array(z.url({ protocol: /^https$/ })).check(z.maxLength(10)), []),
  /** Opened when a notification is tapped. */
  link: z.optional(z.url({ protocol: /^https$/ })),
  push: z.optional(PushPart),
});
/** What the message says. */
export type Content = z.infer<typeof Content>;

/** Whether only an e-mail could carry the text, and it is not to be one. */
export function isTooLong({ text, subject }: Pick<Content, "text" | "subject">): boolean {
  return text.length > shortTextLimit && subject === undefined;
}

/** What a message may say: only an e-mail may be long, and an e-mail has a subject. */
export const SendableContent = z.strictObject(Content.shape).check(
  z.refine((content) => !isTooLong(content), {
    path: ["text"],
    message: `has more than ${shortTextLimit} characters, which only an e-mail may: it needs a subject`,
  }),
  z.refine(({ html, attachments, subject }) => (html ?? attachments) === undefined || subject !== undefined, {
    path: ["subject"],
    message: "is missing: an e-mail needs one",
  }),
);

/** The same as a message keeps it: a short link of a local cloud is a plain one. */
export const KeptContent = z.object({
  ...Content.shape,
  link: z.optional(z.url({ protocol: /^https?$/ })),
  push: z.optional(KeptPushPart),
});

/** What a message says on channels that say it in their own way. */
export const Contents = z.partialRecord(Channel, KeptContent);

/** What a message says, on all channels and on those that say it in their own way. */
interface Said {
  readonly content: Content;
  readonly contents?: z.infer<typeof Contents> | undefined;
}

/** What a message says on a channel. */
export function contentOn(channel: Channel, { content, contents }: Said): Content {
  return contents?.[channel] ?? content;
}
