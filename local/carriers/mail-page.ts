import type { ServerResponse } from "node:http";
import type { Carrier } from "./carrier.ts";
import { sendJson } from "./http.ts";

/** Serves what an e-mail shows, for a frame of its own; answers false for any other path. */
export function serveMail({ records }: Carrier, path: string, response: ServerResponse): boolean {
  const id = /^\/handsets\/mail\/([\w-]+)$/.exec(path)?.[1];
  if (!id) return false;
  const html = records.mails.get(id)?.html;
  if (html === undefined) sendJson(response, 404, { error: "There is no such e-mail." });
  // Links open beside the page: a frame that went elsewhere would pass for the e-mail.
  else response.writeHead(200, headers).end(`<!doctype html><base target="_blank">${html}`);
  return true;
}

/** Whatever an e-mail has in it, no script of it runs and nothing of the page is within its reach. */
const headers = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data: http: https:; form-action 'none'; frame-ancestors 'self'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};
