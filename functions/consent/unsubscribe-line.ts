import type { Content } from "../messages/content.ts";

/** What stands in an e-mail for the address at which mail of its kind ends. */
export const unsubscribePlaceholder = "{{unsubscribe}}";

/** An e-mail with the way out of it: where it has its place, or below marketing that has none. */
export function withWayOut(content: Content, url: string, isMarketing: boolean): Content {
  const { text, html } = content;
  return {
    ...content,
    text: filled(text, url) ?? (isMarketing ? `${text}\n\n--\nUnsubscribe: ${url}` : text),
    ...(html !== undefined && { html: filled(html, url) ?? (isMarketing ? below(html, url) : html) }),
  };
}

function filled(source: string, url: string): string | undefined {
  return source.includes(unsubscribePlaceholder)
    ? source.replaceAll(unsubscribePlaceholder, () => url)
    : undefined;
}

function below(html: string, url: string): string {
  const line = `<p style="margin-top:2em;font-size:small"><a href="${url}">Unsubscribe</a></p>`;
  const end = html.toLowerCase().lastIndexOf("</body");
  return end < 0 ? html + line : html.slice(0, end) + line + html.slice(end);
}
