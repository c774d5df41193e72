import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { once } from "node:events";
import { hangUp } from "../../local/listen.ts";

/** A request as it arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server in the place of AWS that writes down what it gets. */
export interface Recorder {
  readonly arrived: Arrived[];
  /** Answers the next requests in turn, then everything with an empty reply. */
  readonly answers: ((response: ServerResponse) => void)[];
  /** What a Lambda function's environment would hold. */
  readonly environment: Record<string, string>;
  readonly stop: () => Promise<void>;
}

/** Starts it. */
export async function startRecorder(): Promise<Recorder> {
  const arrived: Arrived[] = [];
  const answers: Recorder["answers"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      arrived.push({ path: request.url ?? "", headers: request.headers, body });
      const answer = answers.shift() ?? ((one: ServerResponse) => one.end("{}"));
      answer(response);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    arrived,
    answers,
    environment: {
      AWS_REGION: "eu-central-1",
      AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token/+=",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
    stop: () => hangUp(server),
  };
}
