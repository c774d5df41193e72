import * as z from "zod/mini";
import { Attachment, mostAttachments } from "../channels/attachment.ts";
import { Channel } from "../channels/channel.ts";
import { actionsLimit, PushAction, PushPart } from "../channels/push-part.ts";
import { Locale } from "../platform/locale.ts";
import { OneLine } from "../platform/one-line.ts";
import { htmlLimit, sourceLimit } from "./language.ts";
import { Variables } from "./variable.ts";

/** Name of a template; it stays the same through all versions. */
export const TemplateId = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,59}$/));

const line = z.string().check(z.minLength(1), z.maxLength(300));
const address = z.string().check(z.minLength(1), z.maxLength(1000));

/** What a notification has beyond its text, in the language of templates where a person may differ from another. */
const PushSource = z.strictObject({
  image: PushPart.shape.image,
  actions: z.optional(
    z
      .array(z.strictObject({ id: PushAction.shape.id, title: line, link: z.optional(address) }))
      .check(z.maxLength(actionsLimit)),
  ),
  deepLink: z.optional(address),
  badge: PushPart.shape.badge,
  collapseId: z.optional(line),
});

/** A file that an e-mail takes along: where it is and what it is called may differ from person to person. */
const AttachmentSource = z.strictObject({
  url: address,
  name: line,
  contentType: Attachment.shape.contentType,
});

/** What a message says on one channel or on all; texts are in the language of templates. */
export const Part = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(sourceLimit)),
  title: z.optional(line),
  /** Of an e-mail. */
  subject: z.optional(OneLine.check(z.maxLength(600))),
  /** Of an e-mail, for mail programs that show HTML. */
  html: z.optional(z.string().check(z.minLength(1), z.maxLength(htmlLimit))),
  /** Of an e-mail. */
  attachments: z.optional(z.array(AttachmentSource).check(z.maxLength(mostAttachments))),
  link: z.optional(address),
  push: z.optional(PushSource),
  mediaUrls: z.optional(z.array(z.url({ protocol: /^https$/ })).check(z.maxLength(10))),
});
/** What a message says on one channel or on all. */
export type Part = z.infer<typeof Part>;

/** A template in one language: what it says, and what is different on a channel. */
export const Wording = z.strictObject({
  ...Part.shape,
  channels: z.optional(z.partialRecord(Channel, z.partial(Part))),
});
/** A template in one language. */
export type Wording = z.infer<typeof Wording>;

/** Most languages of one template. */
const localeLimit = 40;

/** One version of a template; a version never changes. */
export const Template = z.object({
  id: TemplateId,
  version: z.int().check(z.minimum(1)),
  description: z.optional(z.string().check(z.maxLength(500))),
  defaultLocale: Locale,
  locales: z
    .record(Locale, Wording)
    .check(
      z.refine((all) => Object.keys(all).length <= localeLimit, `has more than ${localeLimit} languages`),
    ),
  variables: z._default(Variables, {}),
  createdAt: z.int(),
  /** Who made it: an API key. */
  createdBy: z.string(),
});
/** One version of a template. */
export type Template = z.infer<typeof Template>;

/** A template as a caller names it in place of content. */
export const TemplateRef = z.strictObject({
  id: TemplateId,
  /** @default the newest one */
  version: z.optional(z.int().check(z.minimum(1))),
  variables: z._default(z.record(z.string().check(z.maxLength(40)), z.unknown()), {}),
});
/** A template as a caller names it. */
export type TemplateRef = z.infer<typeof TemplateRef>;
