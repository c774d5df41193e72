import type { Content } from "../messages/content.ts";

/** What stands in an e-mail for the address at which mail of its kind ends. */
export const unsubscribePlaceholder = "{{unsubscribe}}";

/** An e-mail with the way out of it: where it has its place, or, under that name, below marketing that has none. */
export function withWayOut(content: Content, url: string, below?: string): Content {
  const { text, html } = content;
  return {
    ...content,
    text: filled(text, url) ?? (below === undefined ? text : `${text}\n\n--\n${below}: ${url}`),
    ...(html !== undefined && {
      html: filled(html, url) ?? (below === undefined ? html : withLine(html, url, below)),
    }),
  };
}

function filled(source: string, url: string): string | undefined {
  return source.includes(unsubscribePlaceholder)
    ? source.replaceAll(unsubscribePlaceholder, () => url)
    : undefined;
}

function withLine(html: string, url: string, name: string): string {
  const line = `<p style="margin-top:2em;font-size:small"><a href="${url}">${name}</a></p>`;
  const end = html.toLowerCase().lastIndexOf("</body");
  return end < 0 ? html + line : html.slice(0, end) + line + html.slice(end);
}
