import { createHash } from "node:crypto";
import * as z from "zod/mini";
import { docsStyle } from "./docs-style.ts";

/** A page, and the policy by which a browser loads nothing that is not on it. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

const Schema = z.looseObject({
  type: z.optional(z.union([z.string(), z.array(z.string())])),
  description: z.optional(z.string()),
  properties: z.optional(z.record(z.string(), z.unknown())),
  required: z.optional(z.array(z.string())),
  items: z.optional(z.unknown()),
  additionalProperties: z.optional(z.unknown()),
  anyOf: z.optional(z.array(z.unknown())),
  oneOf: z.optional(z.array(z.unknown())),
  enum: z.optional(z.array(z.unknown())),
  const: z.optional(z.unknown()),
  default: z.optional(z.unknown()),
  examples: z.optional(z.array(z.unknown())),
});
type Schema = z.infer<typeof Schema>;

const Body = z.object({ content: z.optional(z.record(z.string(), z.object({ schema: Schema }))) });
const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()),
  security: z.optional(z.array(z.record(z.string(), z.array(z.string())))),
  parameters: z.array(
    z.looseObject({
      name: z.string(),
      in: z.string(),
      description: z.optional(z.string()),
      required: z.optional(z.boolean()),
      example: z.optional(z.string()),
      schema: Schema,
    }),
  ),
  requestBody: z.optional(Body),
  responses: z.record(z.string(), z.extend(Body, { description: z.string() })),
});
const Api = z.object({
  info: z.object({ title: z.string(), description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
});
interface Call extends z.infer<typeof Operation> {
  readonly method: string;
  readonly path: string;
}

/** The page for people of an OpenAPI description: no script, nothing from elsewhere. */
export function docsPage(description: unknown): Page {
  const { info, paths } = Api.parse(description);
  const calls: Call[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      path,
      method: method.toUpperCase(),
    })),
  );
  const tags = [...new Set(calls.flatMap((call) => call.tags))];
  const of = (tag: string) => calls.filter((call) => call.tags.includes(tag));
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${text(info.title)} API</title><style>${docsStyle}</style></head>
<body><header><h1>${text(info.title)} API</h1><p>${text(info.description)}</p>
<p>Calls carry <code>Authorization: Bearer hg_…</code>. What is wrong with one is said in a problem document (RFC 9457) that names the field. The same for machines: <a href="/openapi.json">/openapi.json</a>.</p></header>
<nav aria-label="Operations"><ul>${tags.map((tag) => `<li><a href="#${text(tag)}">${text(tag)}</a> (${of(tag).length})</li>`).join("")}</ul></nav>
<main>${tags.map((tag) => `<section aria-labelledby="${text(tag)}"><h2 id="${text(tag)}">${text(tag)}</h2>${of(tag).map(article).join("")}</section>`).join("\n")}</main></body></html>`;
  const style = createHash("sha256").update(docsStyle).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return { html, policy };
}

function article(call: Call): string {
  const { operationId, method, path, summary, security, parameters, requestBody, responses } = call;
  const scope = security?.[0]?.["apiKey"]?.[0];
  const body = schemaOf(requestBody);
  const [status = "", done] = Object.entries(responses).find(([code]) => code < "300") ?? [];
  const reply = schemaOf(done);
  const problems = Object.entries(responses).filter(([code]) => code >= "400");
  return `<article aria-labelledby="${operationId}"><h3 id="${operationId}"><span class="method">${method}</span> <code>${text(path)}</code></h3>
<p>${text(summary)}</p><p class="note">${scope ? `Needs the scope <code>${text(scope)}</code>.` : "Needs no key."}</p>
${parameters.length > 0 ? section("Parameters", `<dl>${parameters.map(parameter).join("")}</dl>`) : ""}
${body ? section("Body", fields(body)) : ""}
${section("Example", `<pre><code>${text(curl(call, body))}</code></pre>`)}
${section(`Answer ${status}`, reply ? fields(reply) : "<p>Nothing.</p>")}
${section("Problems", `<dl>${problems.map(([code, { description }]) => `<dt>${code}</dt><dd>${text(description)}</dd>`).join("")}</dl>`)}
</article>`;
}

function section(title: string, inside: string): string {
  return `<details><summary>${title}</summary>${inside}</details>`;
}

function parameter({ name, in: place, description, required, schema }: Call["parameters"][number]): string {
  return `<dt>${text(name)}</dt><dd>${text(place)}, ${text(typeOf(schema))}${required ? ", required" : ""}. ${text(description ?? schema.description ?? "")}</dd>`;
}

function schemaOf(body: z.infer<typeof Body> | undefined): Schema | undefined {
  return Object.values(body?.content ?? {})[0]?.schema;
}

/** Deeper than this a description helps nobody. */
const depthLimit = 5;

function fields(schema: Schema, depth = 0): string {
  const inside = insideOf(schema);
  const rows = Object.entries(inside.properties ?? {}).map(([name, field]) => {
    const shape = Schema.parse(field);
    const isNeeded = inside.required?.includes(name) === true && shape.default === undefined;
    const otherwise = shape.default === undefined ? "" : `, default ${JSON.stringify(shape.default)}`;
    const deeper = depth < depthLimit ? fields(shape, depth + 1) : "";
    return `<dt>${text(name)}</dt><dd>${text(typeOf(shape))}${isNeeded ? ", required" : ""}${text(otherwise)}. ${text(shape.description ?? "")}${deeper}</dd>`;
  });
  const choices = (inside.oneOf ?? inside.anyOf ?? [])
    .map((one) => fields(Schema.parse(one), depth + 1))
    .filter(Boolean);
  if (rows.length === 0) return choices.join("<p>or</p>");
  return `<dl>${rows.join("")}</dl>`;
}

/** What a list or a record is made of says more than that it is one. */
function insideOf(schema: Schema): Schema {
  const deeper = schema.items ?? (schema.properties ? undefined : schema.additionalProperties);
  const read = Schema.safeParse(deeper);
  return read.success ? read.data : schema;
}

function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(" | ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") return `list of ${typeOf(Schema.parse(schema.items ?? {}))}`;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((one) => typeOf(Schema.parse(one))))].join(" or ");
  return [schema.type ?? "anything"].flat().join(" or ");
}

function curl({ method, path, parameters }: Call, body: Schema | undefined): string {
  const example = body?.examples?.[0];
  const data =
    example === undefined
      ? ""
      : ` \\\n  -H 'content-type: application/json' -d '${JSON.stringify(example, null, 2)}'`;
  const filled = path.replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => parameters.find((one) => one.name === name)?.example ?? name,
  );
  return `curl -X ${method} "localhost:4000${filled}" -H "authorization: Bearer $KEY"${data}`;
}

function text(value: string): string {
  return value.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
