import { readFileSync } from "node:fs";
import type { Body, Heliograph, Reply } from "../../client/client.ts";
import { type Command, type Given, pairIn, WrongUsage } from "./command.ts";

type Message = Body<Heliograph["sendMessage"]>;
type Content = NonNullable<Message["content"]>;
type TemplateRef = NonNullable<Message["template"]>;
type Variable = Reply<Heliograph["getTemplate"]>["variables"][string];

/** What a message says besides its text, or a template in place of all that. */
export const contentOptions = {
  title: { does: "Headline of a notification", value: "text" },
  subject: { does: "Subject of an e-mail; without one it does not go by e-mail", value: "text" },
  html: { does: "A file with the e-mail as HTML", value: "path" },
  link: { does: "Opened when a notification is tapped", value: "url" },
  media: { does: "A picture to send along", value: "url", many: true },
  template: { does: "A template in place of the text", value: "id" },
  var: { does: "What the template says for a name", value: "name=value", many: true },
} as const satisfies Command["options"];

/** Options that say something themselves, so that a template leaves no place for them. */
const ownWords = ["title", "subject", "html", "link"];

/** What a message says: its own text with what belongs to it, or a template with its values. */
export async function saidBy(
  given: Given,
  text: string | undefined,
  api: Heliograph,
): Promise<{ content: Content } | { template: TemplateRef }> {
  const id = given.option("template");
  if (id === undefined) return { content: contentWith(textIn(text, given), given) };
  const other = ownWords.find((name) => given.option(name)) ?? (given.options("media")[0] && "media");
  if (text !== undefined || other)
    throw new WrongUsage(`--template takes no ${other ? `--${other}` : "<text>"}: the template says it.`);
  return { template: { id, variables: await valuesIn(given, id, api) } };
}

function textIn(text: string | undefined, given: Given): string {
  if (given.options("var").length > 0) throw new WrongUsage("--var belongs to a --template.");
  if (!text) throw new WrongUsage("A text is missing, or a --template.");
  return text;
}

function contentWith(text: string, given: Given): Content {
  const [title, link] = [given.option("title"), given.option("link")];
  const [subject, html] = [given.option("subject"), given.option("html")];
  const media = given.options("media");
  return {
    text,
    ...(title && { title }),
    ...(subject && { subject }),
    ...(html && { html: readFileSync(html, "utf8") }),
    ...(link && { link }),
    ...(media.length > 0 && { mediaUrls: [...media] }),
  };
}

/** A shell knows only words: the template says which of them are numbers, answers or lists. */
async function valuesIn(given: Given, id: string, api: Heliograph): Promise<Record<string, unknown>> {
  const words = given.options("var").map((word) => pairIn(word, "var"));
  const variables = words.length > 0 ? (await api.getTemplate(id)).variables : {};
  return Object.fromEntries(words.map(([name, word]) => [name, valueOf(name, word, variables[name])]));
}

function valueOf(name: string, word: string, variable: Variable | undefined): unknown {
  const isText = !variable || ["text", "time", "url"].includes(variable.type);
  if (isText) return word;
  try {
    return JSON.parse(word);
  } catch {
    throw new WrongUsage(
      `--var ${name} takes a ${variable.type}${variable.type === "list" ? " as JSON" : ""}.`,
    );
  }
}
