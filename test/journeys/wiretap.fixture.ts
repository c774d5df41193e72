import { createServer, type IncomingMessage } from "node:http";
import { hangUp, listen } from "../../local/listen.ts";

/** A call of a function to a service of AWS: the operation, or the path where that names it, and the input as it was sent. */
export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Stands between the functions and the services of a local cloud, and writes down what the functions send. */
export async function aWiretap() {
  const calls: Call[] = [];
  // Queues are named by their whole address; where the other services are is known once the cloud runs.
  const services = { url: "" };
  const server = createServer((request, response) => {
    void read(request).then(
      async (body) => {
        const { "x-amz-target": target, host: _host, connection: _connection, ...headers } = request.headers;
        const input = JSON.parse(body || "{}") as Record<string, unknown>;
        const { QueueUrl } = input;
        const operation = target === undefined ? decodeURIComponent(request.url ?? "") : String(target);
        calls.push({ operation, input });
        const origin = typeof QueueUrl === "string" ? new URL(QueueUrl).origin : services.url;
        const sent: Record<string, string> = {
          ...(target !== undefined && { "x-amz-target": String(target) }),
        };
        for (const [name, value] of Object.entries(headers))
          if (name !== "content-length") sent[name] = String(value);
        const method = request.method ?? "POST";
        const answer = await fetch(`${origin}${request.url}`, { method, headers: sent, body });
        const errorType = answer.headers.get("x-amzn-errortype");
        response.writeHead(answer.status, {
          "content-type": "application/x-amz-json-1.0",
          ...(errorType && { "x-amzn-errortype": errorType }),
        });
        response.end(await answer.text());
      },
      () => response.destroy(),
    );
  });
  const url = await listen(server);
  return {
    calls,
    services,
    environment: Object.fromEntries(
      ["SQS", "SFN", "EVENTBRIDGE", "SCHEDULER"].map((name) => [`AWS_ENDPOINT_URL_${name}`, url]),
    ),
    close: () => hangUp(server),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}
