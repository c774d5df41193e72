import type { FieldError } from "../platform/problem.ts";
import { formats } from "./format.ts";
import { misplacedIn } from "./html-values.ts";
import { htmlLimit, type Node, parseTemplate, type Path, sourceLimit, TemplateError } from "./language.ts";
import type { Part, Template } from "./template.ts";
import type { Variables, VariableType } from "./variable.ts";

/** What a name stands for. */
type Kind =
  | { readonly is: "value"; readonly type: VariableType }
  | { readonly is: "fields"; readonly fields: ReadonlyMap<string, Kind> }
  | { readonly is: "list"; readonly entry: ReadonlyMap<string, Kind> }
  /** Fields that only the contact knows. */
  | { readonly is: "open" };

type Names = ReadonlyMap<string, Kind>;

/** Every mistake in a template that can be known before somebody gets it, with its field. */
export function mistakesIn(
  template: Pick<Template, "defaultLocale" | "locales" | "variables">,
): FieldError[] {
  const { defaultLocale, locales, variables } = template;
  const names = namesFrom(variables);
  const known = Object.hasOwn(locales, defaultLocale)
    ? []
    : [{ field: "defaultLocale", message: "is none of the languages in locales" }];
  const inLocales = Object.entries(locales).flatMap(([locale, { channels = {}, ...part }]) => [
    ...(isLocale(locale) ? [] : [{ field: `locales.${locale}`, message: "is not a language tag" }]),
    ...mistakesInPart(`locales.${locale}`, part, names),
    ...Object.entries(channels).flatMap(([channel, own]) =>
      mistakesInPart(`locales.${locale}.channels.${channel}`, own, names, {
        isMail: channel === "email",
        link: own.link ?? part.link,
      }),
    ),
  ]);
  return [...known, ...inLocales];
}

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

type Sources = {
  readonly [name in "text" | "title" | "link" | "subject" | "html" | "attachments" | "push"]?:
    | Part[name]
    | undefined;
};

/** Where a part stands: only e-mails have a way out of their own, and `{{link}}` stands for the link of the message, where there is one. */
interface Around {
  readonly isMail: boolean;
  readonly link: string | undefined;
}

function mistakesInPart(
  field: string,
  part: Sources,
  names: Names,
  { isMail, link }: Around = { isMail: false, link: part.link },
): FieldError[] {
  return Object.entries(sourcesIn(part)).flatMap(([name, source]) => {
    if (source === undefined) return [];
    const isBody = name === "text" || name === "html";
    const known = new Map<string, Kind>([
      ...(isBody && link !== undefined ? [["link", address] as const] : []),
      ...names,
      ...(name === "html" || (isMail && isBody) ? [["unsubscribe", address] as const] : []),
    ]);
    return messagesIn(source, known, name === "html").map((message) => ({
      field: `${field}.${name}`,
      message,
    }));
  });
}

/** Everything in a part that is in the language of templates, by its place. */
function sourcesIn({
  text,
  title,
  link,
  subject,
  html,
  attachments = [],
  push,
}: Sources): Record<string, string | undefined> {
  const { actions = [], deepLink, collapseId } = push ?? {};
  const files = attachments.flatMap((file, index) => [
    [`attachments.${index}.url`, file.url],
    [`attachments.${index}.name`, file.name],
  ]);
  const buttons = actions.flatMap((action, index) => [
    [`push.actions.${index}.title`, action.title],
    [`push.actions.${index}.link`, action.link],
  ]);
  return {
    text,
    title,
    link,
    subject,
    html,
    ...Object.fromEntries([...files, ...buttons]),
    "push.deepLink": deepLink,
    "push.collapseId": collapseId,
  };
}

function messagesIn(source: string, names: Names, isHtml: boolean): string[] {
  try {
    const nodes = parseTemplate(source, isHtml ? htmlLimit : sourceLimit);
    const misplaced = isHtml ? misplacedIn(nodes, new Set(addressesIn(nodes, names))) : [];
    return [...inNodes(nodes, names), ...misplaced];
  } catch (error) {
    if (error instanceof TemplateError) return [error.message];
    throw error;
  }
}

function inNodes(nodes: readonly Node[], names: Names): string[] {
  return nodes.flatMap((node) => {
    if (node.is === "text") return [];
    const kind = kindAt(node.path, names);
    const path = node.path.join(".");
    if (!kind) return [`{{${path}}} is not declared in variables`];
    if (node.is === "if") return [...inNodes(node.whenTrue, names), ...inNodes(node.otherwise, names)];
    if (node.is === "value") return inValue(path, kind, node.formats);
    if (kind.is !== "list") return [`{{#each ${path}}} is not a list`];
    return inNodes(node.body, withEntry(names, node.as, kind));
  });
}

function inValue(path: string, kind: Kind, asked: Extract<Node, { is: "value" }>["formats"]): string[] {
  if (kind.is === "list") return [`{{${path}}} is a list: use {{#each ${path} as item}}`];
  if (kind.is === "fields") return [`{{${path}}} has fields: name one of them`];
  return asked.flatMap(({ name, argument }) => {
    const format = formats.get(name);
    if (!format) return [`there is no format ${name}: ${[...formats.keys()].join(", ")}`];
    if (kind.is === "value" && !format.takes.includes(kind.type))
      return [`the format ${name} does not write ${kind.type} values such as {{${path}}}`];
    const isRight =
      format.argument === "none" ? argument === undefined : format.argument.test(argument ?? "");
    return isRight ? [] : [`the format ${name} is not used so`];
  });
}

function kindAt([first = "", ...rest]: Path, names: Names): Kind | undefined {
  let kind = names.get(first);
  for (const name of rest) {
    if (kind?.is === "open") return kind;
    kind = kind?.is === "fields" ? kind.fields.get(name) : undefined;
  }
  return kind;
}

const text: Kind = { is: "value", type: "text" };
const address: Kind = { is: "value", type: "url" };

/** The values that stand for addresses. */
function addressesIn(nodes: readonly Node[], names: Names): readonly Node[] {
  return nodes.flatMap((node) => {
    if (node.is === "text") return [];
    const kind = kindAt(node.path, names);
    if (node.is === "value") return kind?.is === "value" && kind.type === "url" ? [node] : [];
    if (node.is === "if") return addressesIn([...node.whenTrue, ...node.otherwise], names);
    return kind?.is === "list" ? addressesIn(node.body, withEntry(names, node.as, kind)) : [];
  });
}

function withEntry(names: Names, as: string, { entry }: Extract<Kind, { is: "list" }>): Names {
  return new Map(names).set(as, { is: "fields", fields: entry });
}

function namesFrom(variables: Variables): Names {
  const own = Object.entries(variables).map(([name, variable]): [string, Kind] => {
    if (variable.type !== "list") return [name, { is: "value", type: variable.type }];
    const fields = Object.entries(variable.fields).map(([field, { type }]): [string, Kind] => [
      field,
      { is: "value", type },
    ]);
    return [name, { is: "list", entry: new Map(fields) }];
  });
  const contact: Kind = {
    is: "fields",
    fields: new Map<string, Kind>([
      ["name", text],
      ["attributes", { is: "open" }],
    ]),
  };
  const brand: Kind = {
    is: "fields",
    fields: new Map([
      ["name", text],
      ["supportContact", text],
    ]),
  };
  return new Map<string, Kind>([...own, ["contact", contact], ["brand", brand]]);
}
