import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

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

// A slept Lambda finds its connections dead; the first call then fails at once and is made again.
const reuse = { keepAlive: true, maxSockets: 64, timeout: silenceMilliseconds, scheduling: "lifo" } as const;
let agents: { readonly plain: Agent; readonly secure: SecureAgent } | undefined;

/** Sends one request and reads the whole answer; anything that breaks on the way is an error of the connection. */
export function exchange(
  { isSecure, hostname, port }: Endpoint,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Answer> {
  agents ??= { plain: new Agent(reuse), secure: new SecureAgent(reuse) };
  const to = {
    method: "POST",
    hostname,
    port,
    path,
    headers,
    agent: isSecure ? agents.secure : agents.plain,
  };
  return new Promise((resolve, reject) => {
    const call: ClientRequest = (isSecure ? secureRequest : request)(to, (response) => {
      read(response, resolve, reject);
    });
    call.on("error", reject);
    call.on("timeout", () => call.destroy(new Error(`No answer within ${silenceMilliseconds} ms`)));
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
