import * as z from "zod";
import { Attachment, mostAttachments } from "../channels/attachment.ts";
import { Channel } from "../channels/channel.ts";
import { actionsLimit, PushAction, PushPart } from "../channels/push-part.ts";
import { Locale } from "../platform/locale.ts";
import { OneLine } from "../platform/one-line.ts";
import { htmlLimit, sourceLimit } from "./language.ts";
import { Variables } from "./variable.ts";

/** Name of a template; it stays the same through all versions. */
export const TemplateId = z.string().regex(/^[a-z][a-z0-9-]{0,59}$/);

const line = z.string().min(1).max(300);
const address = z.string().min(1).max(1000);

/** What a notification has beyond its text, in the language of templates where a person may differ from another. */
const PushSource = z.strictObject({
  image: PushPart.shape.image,
  actions: z
    .array(z.strictObject({ id: PushAction.shape.id, title: line, link: address.optional() }))
    .max(actionsLimit)
    .optional(),
  deepLink: address.optional(),
  badge: PushPart.shape.badge,
  collapseId: line.optional(),
});

/** A file that an e-mail takes along: where it is and what it is called may differ from person to person. */
const AttachmentSource = z.strictObject({
  url: address,
  name: line,
  contentType: Attachment.shape.contentType,
});

/** What a message says on one channel or on all; texts are in the language of templates. */
export const Part = z.strictObject({
  text: z.string().min(1).max(sourceLimit),
  title: line.optional(),
  /** Of an e-mail. */
  subject: OneLine.max(600).optional(),
  /** Of an e-mail, for mail programs that show HTML. */
  html: z.string().min(1).max(htmlLimit).optional(),
  /** Of an e-mail. */
  attachments: z.array(AttachmentSource).max(mostAttachments).optional(),
  link: address.optional(),
  push: PushSource.optional(),
  mediaUrls: z
    .array(z.url({ protocol: /^https$/ }))
    .max(10)
    .optional(),
});
/** What a message says on one channel or on all. */
export type Part = z.infer<typeof Part>;

/** A template in one language: what it says, and what is different on a channel. */
export const Wording = z.strictObject({
  ...Part.shape,
  channels: z.partialRecord(Channel, Part.partial()).optional(),
});
/** A template in one language. */
export type Wording = z.infer<typeof Wording>;

/** Most languages of one template. */
const localeLimit = 40;

/** One version of a template; a version never changes. */
export const Template = z.object({
  id: TemplateId,
  version: z.number().int().min(1),
  description: z.string().max(500).optional(),
  defaultLocale: Locale,
  locales: z
    .record(Locale, Wording)
    .refine((all) => Object.keys(all).length <= localeLimit, `has more than ${localeLimit} languages`),
  variables: Variables.default({}),
  createdAt: z.number().int(),
  /** Who made it: an API key. */
  createdBy: z.string(),
});
/** One version of a template. */
export type Template = z.infer<typeof Template>;

/** A template as a caller names it in place of content. */
export const TemplateRef = z.strictObject({
  id: TemplateId,
  /** @default the newest one */
  version: z.number().int().min(1).optional(),
  variables: z.record(z.string().max(40), z.unknown()).default({}),
});
/** A template as a caller names it. */
export type TemplateRef = z.infer<typeof TemplateRef>;
