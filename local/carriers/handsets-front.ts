import type { IncomingMessage, ServerResponse } from "node:http";
import { type HandsetsApi, handsetsApi } from "./handsets-api.ts";
import { answering, pathOf, sendJson } from "./http.ts";
import { serveMail } from "./mail-page.ts";
import { servePageFile } from "./page-files.ts";

/** The page of handsets and its API, for any server to put in front; it answers false for other paths. */
export function handsetsFront(
  api: HandsetsApi,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = pathOf(request);
    // Whoever opens the address that is printed at the start sees something that they can touch.
    if (path === "/") {
      response.writeHead(302, { location: "/handsets" }).end();
      return true;
    }
    if (servePageFile(path, response)) return true;
    if (serveMail(api.carrier, path, response)) return true;
    if (path.startsWith(`${apiPath}/`))
      answering(response, handsetsApi(api, path.slice(apiPath.length), request, response));
    else if (path.startsWith("/handsets/")) sendJson(response, 404, { error: "There is nothing here." });
    else return false;
    return true;
  };
}

const apiPath = "/handsets/api";
