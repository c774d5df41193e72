/** Reads a From header as a mail program shows it: `"Name" <address>`, with encoded words (RFC 2047) as what they stand for. */
export function fromHeader(header: string): { readonly name: string; readonly address: string } {
  const parts = /^(.*)<([^<>]+)>\s*$/.exec(header);
  if (!parts) return { name: "", address: header.trim() };
  const [, phrase = "", address = ""] = parts;
  return { name: nameIn(phrase.trim()), address: address.trim() };
}

function nameIn(phrase: string): string {
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(phrase)?.[1];
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, "$1");
  // White space between encoded words is none.
  return phrase
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?b\?([A-Za-z0-9+/=]+)\?=/gi, (_, encoded: string) =>
      Buffer.from(encoded, "base64").toString("utf8"),
    );
}
