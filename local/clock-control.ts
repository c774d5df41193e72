import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "./clock.ts";
import { bytesOf } from "./http-body.ts";

/** `GET /_local/clock` tells the time; `POST {"advanceSeconds": 60}` or `{"speed": 60}` changes how it passes. */
export function clockControl(
  clock: Clock,
  onChange: () => void,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    if (!request.url?.startsWith("/_local/clock")) return false;
    // A page of another site may not turn the clock: browsers say where a request comes from.
    if (request.headers["sec-fetch-site"] === "cross-site") response.writeHead(403).end();
    else if (request.method === "POST")
      change(request, response, clock, onChange).catch(() => response.destroy());
    else tell(response, clock);
    return true;
  };
}

async function change(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
  onChange: () => void,
): Promise<void> {
  const bytes = await bytesOf(request);
  const wish = wishIn(String(bytes));
  if (!wish) {
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ message: "Send advanceSeconds (0 or more) or speed (0.01 to 10000)." }));
    return;
  }
  if (wish.speed !== undefined) clock.setSpeed(wish.speed);
  if (wish.advanceSeconds !== undefined) clock.advance(wish.advanceSeconds * 1000);
  onChange();
  tell(response, clock);
}

function wishIn(text: string): { advanceSeconds?: number; speed?: number } | undefined {
  try {
    const { advanceSeconds, speed } = JSON.parse(text) as Record<string, unknown>;
    if (typeof advanceSeconds === "number" && advanceSeconds >= 0) return { advanceSeconds };
    return typeof speed === "number" && speed >= 0.01 && speed <= 10_000 ? { speed } : undefined;
  } catch {
    return undefined;
  }
}

function tell(response: ServerResponse, clock: Clock): void {
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ now: new Date(clock.now()).toISOString(), speed: clock.speed() }));
}
