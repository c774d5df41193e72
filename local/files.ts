import { hash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { bytesOf } from "./http-body.ts";
import type { Shelf } from "./store.ts";

/** Files in buckets, over the two calls of S3 that anybody here makes: PutObject and GetObject. */
export interface Files {
  /** True when it has taken the request. */
  readonly front: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A file as it was put. */
interface Kept {
  readonly type: string;
  readonly base64: string;
}

/** Files that are kept on the shelf. */
export function filesOn(shelf: Shelf): Files {
  return {
    front: (request, response) => {
      const { method, url = "" } = request;
      if ((method !== "PUT" && method !== "GET") || url.startsWith("/schedules/")) return false;
      if (method === "GET") get(shelf, url, response);
      else
        put(shelf, request).then(
          (status) => response.writeHead(status).end(),
          () => response.destroy(),
        );
      return true;
    },
  };
}

/** As S3 does, it wants to be told what was signed, and that it arrived so. */
async function put(shelf: Shelf, request: IncomingMessage): Promise<number> {
  const bytes = (await bytesOf(request)) ?? Buffer.of();
  const { "content-type": type = "binary/octet-stream", "x-amz-content-sha256": signed } = request.headers;
  if (signed !== hash("sha256", bytes)) return 400;
  const kept: Kept = { type, base64: bytes.toString("base64") };
  shelf.put("file", request.url ?? "", kept);
  return 200;
}

function get(shelf: Shelf, url: string, response: ServerResponse): void {
  const kept = shelf.get("file", url) as Kept | undefined;
  if (kept) response.writeHead(200, { "content-type": kept.type }).end(Buffer.from(kept.base64, "base64"));
  else
    response
      .writeHead(404, { "content-type": "application/xml" })
      .end("<Error><Code>NoSuchKey</Code></Error>");
}
