import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerWith, bytesOf } from "./http-body.ts";
import { listen } from "./listen.ts";
import { callerIn } from "./meter.ts";

/** What a service answered to a call, and what it says of an error beside that. */
export interface Answered<Answer extends object = object> {
  readonly status: number;
  readonly answer: Answer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Does an operation of one service for whoever called it. */
export type Run = (operation: string, input: object, by: string) => Promise<Answered>;

/** A call as the AWS JSON protocol writes it. */
export interface Asked {
  /** Service and operation: `AmazonSQS.SendMessage`. */
  readonly target: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** The answer, written down. */
export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Reads a call, has it done and writes the answer down; what no service foresaw is an error of the caller's. */
export async function said({ target, authorization, body }: Asked, run: Run): Promise<Said> {
  try {
    const operation = target.slice(target.lastIndexOf(".") + 1);
    const input: object = JSON.parse(body || "{}");
    const { status, answer, headers = {} } = await run(operation, input, callerIn(authorization));
    return { status, headers, text: JSON.stringify(answer) };
  } catch (error) {
    return { status: 400, headers: {}, text: JSON.stringify({ __type: "NotKnown", message: String(error) }) };
  }
}

/** Serves a service to whoever is outside the cloud, in the AWS JSON protocol. */
export async function startService(run: Run): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => void serve(request, response, run));
  return { server, url: await listen(server) };
}

/** Answers one request. */
export async function serve(request: IncomingMessage, response: ServerResponse, run: Run): Promise<void> {
  const { authorization, "x-amz-target": target } = request.headers;
  const bytes = await bytesOf(request).catch(() => undefined);
  if (!bytes) return void response.destroy();
  const asked = { target: String(target), authorization, body: bytes.toString() };
  const { status, headers, text } = await said(asked, run);
  answerWith(response, status, { "content-type": type, ...headers }, text);
}

const type = "application/x-amz-json-1.0";
