import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";
import { vi } from "vitest";
import { hangUp, listen } from "../../local/listen.ts";

/** A post that an endpoint got. */
export interface Got {
  readonly path: string;
  readonly at: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly event: { id: string; type: string; timestamp: string; data: Record<string, string> };
}

/** An endpoint of the business on this machine: it remembers what it got and answers what it is told to. */
export async function aReceiver(now: () => number = Date.now) {
  const got: Got[] = [];
  const answers: { status: number; headers: Record<string, string> } = { status: 200, headers: {} };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString("utf8");
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      got.push({ path: request.url ?? "", at: now(), headers, text, event: JSON.parse(text) });
      response.writeHead(answers.status, answers.headers).end("thank you");
    });
  });
  const origin = await listen(server);
  return {
    url: `${origin}/hooks`,
    got,
    answers,
    close: () => hangUp(server),
  };
}

/** Checks a post with the library of Standard Webhooks, as a receiver at that time would. */
export function verified({ text, headers, at }: Got, secret: string): boolean {
  vi.useFakeTimers({ now: at, toFake: ["Date"] });
  try {
    new Webhook(secret).verify(text, headers);
    return true;
  } catch {
    return false;
  } finally {
    vi.useRealTimers();
  }
}
