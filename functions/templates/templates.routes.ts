import * as z from "zod/mini";
import { Rendering } from "../messages/preview.ts";
import { NextCursor, Page } from "../platform/cursor.ts";
import { Locale } from "../platform/locale.ts";
import type { Operations } from "../platform/routes.ts";
import { Template } from "./template.ts";

const Time = z.iso.datetime();

/** A template as a caller gives it. */
export const NewTemplate = z
  .strictObject({
    description: Template.shape.description,
    defaultLocale: Template.shape.defaultLocale,
    locales: Template.shape.locales,
    variables: Template.shape.variables,
  })
  .check(
    z.meta({
      examples: [
        {
          defaultLocale: "en",
          locales: {
            en: {
              text: '{{brand.name}}: hi {{contact.name | default: "there"}}, order {{order}} arrives {{when | date: "medium"}}.',
              channels: {
                push: { title: "On its way", text: 'Order {{order}} arrives {{when | date: "medium"}}.' },
              },
            },
            de: { text: '{{brand.name}}: Bestellung {{order}} kommt am {{when | date: "medium"}}.' },
          },
          variables: {
            order: { type: "text", maxLength: 20, example: "A-1001" },
            when: { type: "time", example: "2027-01-04T12:00:00Z" },
          },
        },
      ],
    }),
  );

/** A version of a template as callers see it. */
export const TemplateView = z.object({ ...Template.shape, createdAt: Time });

const Line = z.object({
  id: z.string(),
  version: z.int(),
  description: z.optional(z.string()),
  updatedAt: Time,
});

const Trial = z
  .strictObject({
    variables: z._default(
      z
        .record(z.string().check(z.maxLength(40)), z.unknown())
        .check(z.describe("What is left out is taken from the variables' examples.")),
      {},
    ),
    version: z.optional(z.int().check(z.minimum(1))),
    /** @default the contact's, else the template's */
    locale: z.optional(Locale),
    contactId: z.optional(z.string().check(z.maxLength(200), z.describe("con_… or external:<your id>."))),
  })
  .check(z.meta({ examples: [{ variables: { order: "A-1002" }, locale: "de-AT" }] }));

const TrialView = z.object({
  version: z.int(),
  locale: z.string(),
  renderings: z.array(
    z.object({
      ...Rendering.shape,
      costMicros: z.optional(
        z
          .object({ least: z.int(), most: z.int() })
          .check(z.describe("By the cheapest and the dearest sender of the channel.")),
      ),
    }),
  ),
});

/** What callers can do with templates. */
export const templateRoutes = {
  listTemplates: {
    at: "GET /v1/templates",
    does: "Lists the templates in use, by id.",
    query: Page,
    reply: z.object({ templates: z.array(Line), nextCursor: NextCursor }),
  },
  getTemplate: {
    at: "GET /v1/templates/{templateId}",
    does: "Reads the version of a template that is in use.",
    reply: TemplateView,
    versioned: true,
    problems: ["template.not-found"],
  },
  putTemplate: {
    at: "PUT /v1/templates/{templateId}",
    does: "Puts a template in use as a new version; the same again stays the version it is. Every text is checked: a name that is not declared is refused here, not when it is sent.",
    body: NewTemplate,
    reply: TemplateView,
    versioned: true,
    problems: ["template.invalid", "template.changed"],
  },
  withdrawTemplate: {
    at: "DELETE /v1/templates/{templateId}",
    does: "Takes a template out of use. Its versions can still be read, and sent by number.",
    reply: TemplateView,
    versioned: true,
    problems: ["template.not-found", "template.changed"],
  },
  listTemplateVersions: {
    at: "GET /v1/templates/{templateId}/versions",
    does: "Lists the versions of a template, newest first.",
    query: Page,
    reply: z.object({ versions: z.array(z.int()), nextCursor: NextCursor }),
    problems: ["template.not-found"],
  },
  getTemplateVersion: {
    at: "GET /v1/templates/{templateId}/versions/{version}",
    does: "Reads one version of a template; it never changes.",
    reply: TemplateView,
    problems: ["template.not-found"],
  },
  previewTemplate: {
    at: "POST /v1/templates/{templateId}/preview",
    scope: "templates:read",
    does: "Writes a template without sending it: what each channel would carry, with encoding, segments and cost.",
    body: Trial,
    reply: TrialView,
    problems: ["template.not-found", "contact.not-found"],
  },
} as const satisfies Operations;
