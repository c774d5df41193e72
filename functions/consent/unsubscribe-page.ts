import { createHash } from "node:crypto";
import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Business } from "../business/business.ts";
import { escapes } from "../templates/escape.ts";
import type { Leaving } from "./unsubscribe-token.ts";

type Brand = Pick<Business["brand"], "name" | "supportContact">;
type Page = APIGatewayProxyStructuredResultV2;

/** What each kind of mail is called by who gets it. */
const kinds = {
  marketing: "offers and news",
  service: "service messages",
  transactional: "messages about your orders and account",
  otp: "codes",
} as const satisfies Record<Leaving["purpose"], string>;

/** Asks whether the person means it; a link that was merely looked at changes nothing. */
export function pageAsking({ name }: Brand, purpose: Leaving["purpose"]): Page {
  const question = `Stop ${kinds[purpose]} from ${escapes.html(name)} to this address?`;
  const form =
    '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click"><button>Unsubscribe</button></form>';
  return page(200, "Unsubscribe", `<h1>${question}</h1>${form}`);
}

/** Says that it is done. */
export function pageDone(brand: Brand, purpose: Leaving["purpose"]): Page {
  const done = `${escapes.html(brand.name)} will not send ${kinds[purpose]} to this address any more.`;
  return page(200, "Unsubscribed", `<h1>You are unsubscribed</h1><p>${done}</p>`);
}

/** Says that a link is not one of ours, and who can help. */
export function pageUnknown({ name, supportContact }: Brand): Page {
  const help = `Write to ${escapes.html(name)} at ${escapes.html(supportContact)}: they will take you off the list.`;
  return page(404, "Not found", `<h1>This link does not lead anywhere</h1><p>${help}</p>`);
}

const style =
  "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1b2a4a;background:#fff}h1{font-size:1.4rem}button{font:inherit;padding:.6rem 1.4rem;border:0;border-radius:.5rem;color:#fff;background:#1b2a4a;cursor:pointer}";

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "private, no-store",
  "referrer-policy": "no-referrer",
  "x-robots-tag": "noindex",
  "x-content-type-options": "nosniff",
  "content-security-policy": `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
} as const;

function page(statusCode: number, title: string, body: string): Page {
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style>`;
  return {
    statusCode,
    headers,
    body: `<!doctype html><html lang="en"><head>${head}</head><body><main>${body}</main></body></html>`,
  };
}
