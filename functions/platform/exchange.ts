import type {
  Agent as PlainAgent,
  ClientRequest,
  IncomingHttpHeaders,
  IncomingMessage,
  request,
} from "node:http";
import { Agent, request as secureRequest } from "node:https";
import { agentsOf, type Keeping, withoutRested } from "./connections.ts";

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
  readonly headers: IncomingHttpHeaders;
}

/** What goes over the wire. */
export interface Question {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** How a call is made. */
export interface Manner {
  readonly keeping: Keeping;
  /** Longest time without a sign of the other side. @default 6 seconds, longer than AWS takes to answer, or to let us in */
  readonly silenceMilliseconds?: number;
}

const usualSilenceMilliseconds = 6_000;

/** Nothing was heard for too long. */
class Silence extends Error {
  override readonly name = "TimeoutError";
  constructor(milliseconds: number) {
    super(`No answer within ${milliseconds} ms`);
  }
}

/** Sends one request and reads the whole answer; anything that breaks on the way is an error of the connection. */
export function exchange(
  endpoint: Endpoint,
  { method, path, headers, body }: Question,
  { keeping, silenceMilliseconds = usualSilenceMilliseconds }: Manner,
): Promise<Answer> {
  const { hostname, port } = endpoint;
  const { begin, agents } = wayTo(endpoint);
  const agent = withoutRested(agents[keeping], keeping);
  return new Promise((resolve, reject) => {
    const call: ClientRequest = begin(
      { method, hostname, port, path, headers, agent, timeout: silenceMilliseconds },
      (response) => {
        read(response, resolve, reject);
      },
    );
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new Silence(silenceMilliseconds)));
    call.end(body);
  });
}

/** Whether a service did what it was asked. */
export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** What a service answered in JSON; undefined when it is none: a proxy in between may answer in HTML. */
export function jsonIn({ text }: Answer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const endpoints = new Map<string, Endpoint>();

/** The place that an address names. */
export function endpointAt(url: string): Endpoint {
  let endpoint = endpoints.get(url);
  if (!endpoint) {
    const { protocol, hostname, port, host } = new URL(url);
    const isSecure = protocol === "https:";
    endpoint = { isSecure, hostname, port: Number(port) || (isSecure ? 443 : 80), host };
    endpoints.set(url, endpoint);
  }
  return endpoint;
}

/** How requests leave, with the connections that are kept. */
interface Way {
  readonly begin: typeof request;
  readonly agents: Readonly<Record<Keeping, PlainAgent>>;
}
let secure: Way | undefined;
let plain: Way | undefined;

/** Whom we call speaks HTTPS; plain HTTP is for what stands in its place, and nothing else loads it. */
function wayTo({ isSecure }: Endpoint): Way {
  if (isSecure) return (secure ??= { begin: secureRequest, agents: agentsOf(Agent) });
  return (plain ??= plainWay());
}

function plainWay(): Way {
  const http = process.getBuiltinModule("node:http");
  return { begin: http.request, agents: agentsOf(http.Agent) };
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
  response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
}
