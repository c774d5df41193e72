import { createServer } from "node:http";
import type { Context } from "aws-lambda";
import { listen } from "../../local/listen.ts";

/** A Secrets Manager that knows these secrets, and how often it was asked. */
export interface Secrets {
  readonly url: string;
  readonly asked: string[];
  readonly values: Record<string, string>;
  readonly stop: () => void;
}

/** Starts it and points the AWS SDK of this process at it. */
export async function startSecrets(values: Record<string, string>): Promise<Secrets> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      const name = String(JSON.parse(text).SecretId);
      asked.push(name);
      const value = values[name];
      response.writeHead(value === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
      response.end(
        JSON.stringify(
          value === undefined ? { __type: "ResourceNotFoundException" } : { SecretString: value },
        ),
      );
    });
  });
  const url = await listen(server);
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
  });
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url, asked, values, stop };
}

/** A request as the API and a function's own address hand it to a webhook. */
export interface Request {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Record<string, string>;
  readonly body: string;
  readonly isBase64?: boolean;
}

export interface Reply {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** Where the webhooks of tests are reached. */
export const host = "hooks.example.com";

/** Calls a webhook as its own address does. */
export async function call(
  handler: (event: never, context: Context) => unknown,
  { method = "POST", path = "/", query = "", headers = {}, body, isBase64 = false }: Request,
): Promise<Reply> {
  const event = {
    routeKey: "$default",
    requestContext: { domainName: host, http: { method, path } },
    rawPath: path,
    rawQueryString: query,
    headers: { "x-forwarded-proto": "https", ...headers },
    isBase64Encoded: isBase64,
    body: isBase64 ? Buffer.from(body).toString("base64") : body,
  };
  return (await handler(event as never, { getRemainingTimeInMillis: () => 10_000 } as Context)) as Reply;
}
