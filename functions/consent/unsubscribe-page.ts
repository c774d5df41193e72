import { createHash } from "node:crypto";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Business } from "../business/business.ts";
import { escapes } from "../templates/escape.ts";
import type { Leaving } from "./unsubscribe-token.ts";
import type { UnsubscribeWords } from "./unsubscribe-words.ts";

type Brand = Pick<Business["brand"], "name" | "supportContact">;
type Page = APIGatewayProxyStructuredResultV2;

/** Asks whether the person means it; a link that was merely looked at changes nothing. */
export function pageAsking({ name }: Brand, purpose: Leaving["purpose"], words: UnsubscribeWords): Page {
  const question = words.ask(words.kinds[purpose], escapes.html(name));
  const button = `<button>${words.unsubscribe}</button>`;
  const form = `<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">${button}</form>`;
  return page(200, words, words.unsubscribe, `<h1>${question}</h1>${form}`);
}

/** Says that it is done. */
export function pageDone({ name }: Brand, purpose: Leaving["purpose"], words: UnsubscribeWords): Page {
  const promise = words.promise(words.kinds[purpose], escapes.html(name));
  return page(200, words, words.done, `<h1>${words.done}</h1><p>${promise}</p>`);
}

/** Says that a link is not one of ours, and who can help. */
export function pageUnknown({ name, supportContact }: Brand, words: UnsubscribeWords): Page {
  const help = words.help(escapes.html(name), escapes.html(supportContact));
  return page(404, words, words.lost, `<h1>${words.lost}</h1><p>${help}</p>`);
}

const style =
  "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1b2a4a;background:#fff}h1{font-size:1.4rem}button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.5rem;color:#fff;background:#1b2a4a;cursor:pointer}";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "private, no-store",
  vary: "accept-language",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "x-content-type-options": "nosniff",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
} as const;

function page(statusCode: number, { language }: UnsubscribeWords, title: string, body: string): Page {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style>`;
  return {
    statusCode,
    headers,
    body: `<!doctype html><html lang="${language}"><head>${head}</head><body><main>${body}</main></body></html>`,
  };
}
