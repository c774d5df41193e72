import type { Agent as PlainAgent, ClientRequest, IncomingMessage, request } from "node:http";
import { Agent, request as secureRequest } from "node:https";

/** Where a service is. */
export interface Endpoint {
  readonly isSecure: boolean;
  readonly hostname: string;
  readonly port: number;
  /** As the Host header says it. */
  readonly host: string;
}

/** What a service answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Name of the error, for services that say it in a header. */
  readonly errorType: string | undefined;
}

/** Longer than any service we call takes to answer, or to let us in. */
const silenceMilliseconds = 6_000;

// A slept Lambda finds its connections dead; the first call then fails at once and is made again. More of them at once are
// handshakes that a cold function waits for, and a server on Node lets in one in a turn of its loop: some would be given up.
const reuse = {
  keepAlive: true,
  maxSockets: 32,
  timeout: silenceMilliseconds,
  scheduling: "lifo",
} as const;

/** How requests leave, with the connections that are kept. */
interface Way {
  readonly begin: typeof request;
  readonly agent: PlainAgent;
}
let secure: Way | undefined;
let plain: Way | undefined;

/** AWS only speaks HTTPS; plain HTTP is for what stands in its place, and nothing else loads it. */
function wayTo({ isSecure }: Endpoint): Way {
  if (isSecure) return (secure ??= { begin: secureRequest, agent: new Agent(reuse) });
  return (plain ??= plainWay());
}

function plainWay(): Way {
  const http = process.getBuiltinModule("node:http");
  return { begin: http.request, agent: new http.Agent(reuse) };
}

/** What goes over the wire. */
export interface Question {
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Nothing was heard for too long. */
class Silence extends Error {
  override readonly name = "TimeoutError";
  constructor() {
    super(`No answer within ${silenceMilliseconds} ms`);
  }
}

/** Sends one request and reads the whole answer; anything that breaks on the way is an error of the connection. */
export function exchange(
  endpoint: Endpoint,
  { method, path, headers, body }: Question,
  keepsConnection: boolean,
): Promise<Answer> {
  const { hostname, port } = endpoint;
  const { begin, agent } = wayTo(endpoint);
  const once = { agent: false, timeout: silenceMilliseconds } as const;
  return new Promise((resolve, reject) => {
    const call: ClientRequest = begin(
      { method, hostname, port, path, headers, ...(keepsConnection ? { agent } : once) },
      (response) => {
        read(response, resolve, reject);
      },
    );
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new Silence()));
    call.end(body);
  });
}

function read(
  response: IncomingMessage,
  resolve: (answer: Answer) => void,
  reject: (error: unknown) => void,
): void {
  let text = "";
  response.setEncoding("utf8");
  response.on("data", (part: string) => (text += part));
  response.on("error", reject);
  response.on("end", () => {
    const type = response.headers["x-amzn-errortype"];
    resolve({
      status: response.statusCode ?? 0,
      text,
      errorType: typeof type === "string" ? type : undefined,
    });
  });
}
