import * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { Channel } from "../channels/channel.ts";
import { contactStore } from "../contacts/contact.store.ts";
import { contactNamed } from "../contacts/look-up.ts";
import { withLink } from "../messages/linked.ts";
import { type Rendering, renderingOn } from "../messages/preview.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { cursorAt, placeAt } from "../platform/cursor.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { assertUnchanged } from "../platform/etag.ts";
import { Problem } from "../platform/problem.ts";
import { composed } from "./compose.ts";
import { publishTemplate } from "./publish.ts";
import { type Template, TemplateId } from "./template.ts";
import { templateStore } from "./template.store.ts";
import { templateRoutes } from "./templates.routes.ts";
import { examplesOf } from "./variable.ts";

const dynamo = tables();
const templates = templateStore(dynamo, setting("CATALOG_TABLE"));
const contacts = contactStore(dynamo, setting("CONTACTS_TABLE"));
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

type Params = Readonly<Record<string, string>>;

/** Everything about templates. */
export const handler = onRoutes(
  templateRoutes,
  {
    listTemplates: async ({ query: { limit, cursor } }) => {
      const { heads, next } = await templates.heads(limit, placeAt(cursor, "templates", TemplateId));
      const lines = heads.map(({ updatedAt, ...head }) => ({ ...head, updatedAt: isoOf(updatedAt) }));
      return { templates: lines, ...(next && { nextCursor: cursorAt(next, "templates") }) };
    },
    getTemplate: async ({ params }) => view(await inUse(params)),
    putTemplate: async ({ params, body, caller, ifMatch }) => {
      const id = TemplateId.safeParse(params["templateId"]);
      if (!id.success)
        throw new Problem("request.invalid", [
          { field: "templateId", message: "small letters, digits and dashes, at most 60" },
        ]);
      const by = {
        keyId: caller.keyId,
        now: systemClock.now(),
        assertUnchanged: (seen: Template | undefined) => assertUnchanged(ifMatch, seen && view(seen)),
      };
      return view(await publishTemplate(id.data, body, by, { templates }));
    },
    withdrawTemplate: async ({ params, ifMatch }) => {
      const current = view(await inUse(params));
      assertUnchanged(ifMatch, current);
      const head = await templates.head(current.id);
      if (!head || head.version !== current.version || !(await templates.withdraw(head)))
        throw new Problem("template.changed");
      return current;
    },
    listTemplateVersions: async ({ params, query: { limit, cursor } }) => {
      const id = params["templateId"] ?? "";
      const versions = await templates.versions(id, limit, placeAt(cursor, id, z.int().check(z.minimum(1))));
      if (versions.length === 0 && cursor === undefined) throw new Problem("template.not-found");
      const last = versions.length === limit ? versions.at(-1) : undefined;
      return { versions, ...(last !== undefined && { nextCursor: cursorAt(last, id) }) };
    },
    getTemplateVersion: async ({ params }) => view(await versionOf(params, Number(params["version"]))),
    previewTemplate: async ({ params, body }) => {
      const template = body.version ? await versionOf(params, body.version) : await inUse(params);
      const contact = body.contactId === undefined ? undefined : await contactNamed(body.contactId, contacts);
      if (body.contactId !== undefined && !contact)
        throw new Problem("contact.not-found", [{ field: "contactId", message: "is not known" }]);
      const variables = { ...examplesOf(template.variables), ...body.variables };
      const audience = { contact, brand: business.brand, locale: body.locale };
      const said = withLink(composed(template, variables, audience, ""));
      const own = Object.keys(said.contents ?? {}).map((channel) => Channel.parse(channel));
      const mail: readonly Channel[] = said.content.subject === undefined ? [] : ["email"];
      const channels = [...new Set<Channel>(["sms", ...own, ...mail])];
      return {
        version: template.version,
        locale: said.template?.locale ?? template.defaultLocale,
        renderings: channels.map((channel) => priced(renderingOn(channel, said))),
      };
    },
  },
  once,
);

async function inUse(params: Params): Promise<Template> {
  const head = await templates.head(params["templateId"] ?? "");
  return versionOf(params, head?.version ?? 0);
}

async function versionOf(params: Params, version: number): Promise<Template> {
  const isNumber = Number.isSafeInteger(version) && version > 0;
  const found = isNumber && (await templates.version(params["templateId"] ?? "", version));
  if (!found) throw new Problem("template.not-found");
  return found;
}

function view(template: Template) {
  return { ...template, createdAt: isoOf(template.createdAt) };
}

function priced(rendering: Rendering) {
  const prices = business.senders
    .filter(({ channels }) => channels.includes(rendering.channel))
    .map(({ costMicros }) => costMicros * (rendering.segments ?? 1));
  if (prices.length === 0) return rendering;
  return { ...rendering, costMicros: { least: Math.min(...prices), most: Math.max(...prices) } };
}
