import type { Business } from "../business/business.ts";
import { Channel } from "../channels/channel.ts";
import { unsubscribePlaceholder } from "../consent/unsubscribe-line.ts";
import type { Contact } from "../contacts/contact.ts";
import { type Content, SendableContent } from "../messages/content.ts";
import type { Message } from "../messages/message.ts";
import { fallbacksOf } from "../platform/locale.ts";
import { fieldsOf, Problem } from "../platform/problem.ts";
import type { Reader } from "./format.ts";
import { given } from "./given.ts";
import { htmlLimit, type Node, parseTemplate } from "./language.ts";
import { render, type Scope } from "./render.ts";
import type { Part, Template } from "./template.ts";

/** Stands in a text for the link of its message: that is known only when the message has a name. */
export const linkPlaceholder = "{{link}}";

/** What a template says to somebody; `{{link}}` is left in its texts for the link. */
export type Composed = Pick<Message, "content" | "contents" | "template">;

/** For whom a template is written. */
export interface Audience {
  readonly contact: Pick<Contact, "name" | "attributes" | "locale" | "timeZone" | "preferences"> | undefined;
  readonly brand: Pick<Business["brand"], "name" | "supportContact">;
  /** @default what the contact chose, then their locale */
  readonly locale?: string | undefined;
}

/** Writes a template for somebody, in the best language it has for them, with whatever is different on a channel. */
export function composed(
  template: Template,
  variables: Readonly<Record<string, unknown>>,
  audience: Audience,
  field = "template",
): Composed {
  const locale = localeFor(template, audience);
  const wording = template.locales[locale];
  if (!wording) throw new Error(`Template ${template.id} has lost its default language`);
  const scope = scopeOf(
    given(template.variables, variables, field ? `${field}.variables` : "variables"),
    audience,
  );
  const reader = { locale, zone: audience.contact?.timeZone ?? "UTC" };
  const write = (part: Part) => contentOf(part, scope, reader, field);
  const { channels = {}, ...part } = wording;
  const contents = Object.entries(channels).map(([channel, own]) => {
    const whole = { ...part, ...own, text: own.text ?? part.text };
    // Nothing else shows HTML or takes files along, and what nobody sees need not be kept.
    const { html: _html, attachments: _attachments, ...short } = whole;
    return [Channel.parse(channel), write(channel === "email" ? whole : short)];
  });
  return {
    content: write(part),
    ...(contents.length > 0 && { contents: Object.fromEntries(contents) }),
    template: { id: template.id, version: template.version, locale },
  };
}

/** The language of a template that suits somebody best. */
export function localeFor(template: Template, { contact, locale }: Omit<Audience, "brand">): string {
  const wishes = fallbacksOf(locale, contact?.preferences.language, contact?.locale);
  return wishes.find((wish) => Object.hasOwn(template.locales, wish)) ?? template.defaultLocale;
}

function scopeOf(variables: Scope, { contact, brand }: Audience): Scope {
  const { name, supportContact } = brand;
  return {
    link: linkPlaceholder,
    ...variables,
    contact: { name: contact?.name, attributes: contact?.attributes ?? {} },
    brand: { name, supportContact },
    // Known when the e-mail goes out.
    unsubscribe: unsubscribePlaceholder,
  };
}

function contentOf(
  { text, title, subject, html, attachments, link, push, mediaUrls = [] }: Part,
  scope: Scope,
  reader: Reader,
  field: string,
): Content {
  const line = (source: string) => render(nodesOf(source), scope, "line", reader).trim();
  const url = (source: string) => render(nodesOf(source), scope, "url", reader);
  const content = {
    text: render(nodesOf(text), scope, "text", reader).trim(),
    ...(title !== undefined && { title: line(title) }),
    ...(subject !== undefined && { subject: line(subject) }),
    ...(html !== undefined && { html: render(nodesOf(html, htmlLimit), scope, "html", reader) }),
    ...(attachments && {
      attachments: attachments.map((file) => ({ ...file, url: url(file.url), name: line(file.name) })),
    }),
    ...(link !== undefined && { link: url(link) }),
    ...(push && { push: pushOf(push, line, url) }),
    mediaUrls,
  };
  const read = SendableContent.safeParse(content);
  if (read.success) return read.data;
  throw new Problem(
    "body.invalid",
    fieldsOf(read.error).map(({ field: name, message }) => ({
      field: field || "(body)",
      message: `makes a ${name} that cannot be sent: ${message}`,
    })),
  );
}

type Write = (source: string) => string;

function pushOf(push: NonNullable<Part["push"]>, line: Write, url: Write): Record<string, unknown> {
  const { actions, deepLink, collapseId, ...rest } = push;
  return {
    ...rest,
    ...(actions && {
      actions: actions.map(({ id, title, link }) => ({
        id,
        title: line(title),
        ...(link !== undefined && { link: url(link) }),
      })),
    }),
    ...(deepLink !== undefined && { deepLink: url(deepLink) }),
    ...(collapseId !== undefined && { collapseId: line(collapseId) }),
  };
}

/** Read once for all who get it. */
const parsed = new Map<string, Node[]>();
const parsedLimit = 500;

function nodesOf(source: string, limit?: number): readonly Node[] {
  const known = parsed.get(source);
  if (known) return known;
  if (parsed.size >= parsedLimit) parsed.clear();
  const nodes = parseTemplate(source, limit);
  parsed.set(source, nodes);
  return nodes;
}
