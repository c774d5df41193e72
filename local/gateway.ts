import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import { bodyOf, eventFor, type HttpEvent, reply, respond } from "./http-event.ts";
import type { LocalFunction } from "./lambda.ts";
import type { Meter } from "./meter.ts";
import { accessLogBytes } from "./meter-logs.ts";
import { apiUnits } from "./meter-units.ts";
import { listen } from "./listen.ts";

/** A route of an HTTP API. */
export interface Route {
  /** `POST /v1/messages/{messageId}/cancel` */
  readonly key: string;
  readonly target: LocalFunction;
  readonly authorizer?: Authorizer | undefined;
}

/** A Lambda authorizer with simple responses. */
interface Authorizer {
  readonly target: LocalFunction;
  readonly identityHeader: string;
  readonly cacheSeconds: number;
}

interface Allowed {
  readonly isAuthorized: boolean;
  readonly context: unknown;
  readonly until: number;
}

/** What a gateway works with. */
export interface GatewayUsing {
  /** Tried first; what it takes never gets to the API. */
  readonly front: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly meter: Meter;
  /** Format of its log. @default - it keeps none */
  readonly accessLog: string | undefined;
}

/** Serves an HTTP API in payload format 2.0. */
export async function startGateway(
  routes: readonly Route[],
  port: number,
  clock: Clock,
  { front, meter, accessLog }: GatewayUsing,
): Promise<Server> {
  const compiled = routes
    .map((route) => ({ route, ...compile(route.key) }))
    .toSorted((one, other) => one.weight - other.weight);
  const allowed = new Map<string, Allowed>();

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, search } = new URL(request.url ?? "/", "http://local");
    const found = compiled.find(({ method, pattern }) => method === request.method && pattern.test(pathname));
    if (!found) return reply(response, 404, { message: "Not Found" });
    const body = await bodyOf(request);
    if (body === undefined) return reply(response, 413, { message: "Request Entity Too Large" });
    const { path } = found.route.target;
    meter.count(path, "api.requests", apiUnits(body.length));
    if (accessLog) meter.count(path, "logs.bytes", accessLogBytes(accessLog));
    const { bytesWritten } = request.socket;
    response.once("finish", () =>
      meter.count(path, "api.bytesOut", request.socket.bytesWritten - bytesWritten),
    );
    const event = eventFor(
      request,
      found.route.key,
      pathname,
      search.slice(1),
      found.pattern.exec(pathname)?.groups,
      body,
      clock.now(),
    );
    const { authorizer } = found.route;
    if (!authorizer) return respond(response, await found.route.target.invoke(event));
    const identity = event.headers[authorizer.identityHeader];
    if (!identity) return reply(response, 401, { message: "Unauthorized" });
    const verdict = await authorize(authorizer, identity, event);
    if (!verdict) return reply(response, 500, { message: "Internal Server Error" });
    if (!verdict.isAuthorized) return reply(response, 403, { message: "Forbidden" });
    const requestContext = { ...event.requestContext, authorizer: { lambda: verdict.context } };
    return respond(response, await found.route.target.invoke({ ...event, requestContext }));
  };

  const authorize = async (
    authorizer: Authorizer,
    identity: string,
    event: HttpEvent,
  ): Promise<Allowed | undefined> => {
    const key = `${authorizer.target.name}/${identity}`;
    const known = allowed.get(key);
    if (known && known.until > clock.now()) return known;
    const outcome = await authorizer.target.invoke({ ...event, type: "REQUEST", identitySource: [identity] });
    if (outcome.is !== "result") return undefined;
    const { isAuthorized = false, context = {} } = (outcome.value ?? {}) as Partial<Allowed>;
    const verdict = { isAuthorized, context, until: clock.now() + authorizer.cacheSeconds * 1000 };
    allowed.set(key, verdict);
    return verdict;
  };

  const server = createServer((request, response) => {
    if (front(request, response)) return;
    answer(request, response).catch(() => reply(response, 500, { message: "Internal Server Error" }));
  });
  await listen(server, port);
  return server;
}

/** Exact paths win over those with parameters. */
function compile(key: string): { method: string; pattern: RegExp; weight: number } {
  const [method = "", path = ""] = key.split(" ");
  if (!/^[A-Z]+ \//.test(key) || method === "ANY" || key.includes("+}"))
    throw new Error(`The local cloud does not know the route ${key}`);
  const pattern = path
    .replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  return { method, pattern: new RegExp(`^${pattern}$`), weight: path.split("{").length };
}
