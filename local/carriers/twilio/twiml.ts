/** A text that a webhook's answer asks the provider to send back. */
export interface TwimlMessage {
  readonly body: string;
  readonly mediaUrls: readonly string[];
}

/** The `<Message>` verbs of a TwiML answer (https://www.twilio.com/docs/messaging/twiml); none in `<Response/>`. */
export function messagesIn(twiml: string): TwimlMessage[] {
  return [...twiml.matchAll(/<(Message|Sms)(?:\s[^>]*[^/>])?>([\s\S]*?)<\/\1>/g)].flatMap(
    ([, , inside = ""]) => {
      const body =
        inside.match(/<Body>([\s\S]*?)<\/Body>/)?.[1] ?? inside.replace(/<Media>[\s\S]*?<\/Media>/g, "");
      const mediaUrls = [...inside.matchAll(/<Media>([\s\S]*?)<\/Media>/g)].map(([, url = ""]) =>
        plain(url).trim(),
      );
      const text = plain(body).trim();
      return text || mediaUrls.length > 0 ? [{ body: text, mediaUrls }] : [];
    },
  );
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function plain(xml: string): string {
  return xml.replace(
    /<!\[CDATA\[([\s\S]*?)\]\]>|&(#x?[0-9a-fA-F]+|\w+);/g,
    (whole, cdata?: string, entity?: string) => {
      if (cdata !== undefined) return cdata;
      if (!entity?.startsWith("#")) return named[entity ?? ""] ?? whole;
      const hex = entity[1] === "x";
      return String.fromCodePoint(Number.parseInt(entity.slice(hex ? 2 : 1), hex ? 16 : 10));
    },
  );
}
