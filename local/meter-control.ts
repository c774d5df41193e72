import type { IncomingMessage, ServerResponse } from "node:http";
import { counters, type Meter } from "./meter.ts";

/** `GET /_local/meter` tells what AWS would have billed since the start or the last `POST /_local/meter/reset`. */
export function meterControl(meter: Meter): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (!request.url?.startsWith("/_local/meter")) return false;
    if (request.method === "POST" && request.url === "/_local/meter/reset") meter.reset();
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...meter.reading(), counters }, undefined, 2));
    return true;
  };
}
