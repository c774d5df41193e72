import type { ServerResponse } from "node:http";
import type { Carrier } from "./carrier.ts";
import { sendJson } from "./http.ts";
import type { MailFile } from "./mail-message.ts";

/** Serves what an e-mail shows, for a frame of its own; answers false for any other path. */
export function serveMail({ records }: Carrier, path: string, response: ServerResponse): boolean {
  const [, id, number] = /^\/handsets\/mail\/([\w-]+)(?:\/files\/(\d{1,2}))?$/.exec(path) ?? [];
  if (!id) return false;
  if (number !== undefined) {
    serveFile(records.mails.get(id)?.attachments?.[Number(number)], response);
    return true;
  }
  const html = records.mails.get(id)?.html;
  if (html === undefined) sendJson(response, 404, { error: "There is no such e-mail." });
  // Links open beside the page: a frame that went elsewhere would pass for the e-mail.
  else response.writeHead(200, headers).end(`<!doctype html><base target="_blank">${html}`);
  return true;
}

/** Whatever kind of file it is, it is saved and never shown: it could be a page. */
function serveFile(file: MailFile | undefined, response: ServerResponse): void {
  if (!file) return sendJson(response, 404, { error: "There is no such file." });
  const name = encodeURIComponent(file.name).replaceAll("'", "%27");
  response
    .writeHead(200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${name}`,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    })
    .end(Buffer.from(file.content, "base64"));
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
