import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { segmentsOf } from "../../functions/channels/segments.ts";
import { machineNow } from "./clock.ts";
import { callMilliseconds } from "./contender.ts";
import type { Arrival } from "./measures.ts";
import { idIn } from "./text.ts";

// Speaks Twilio's Messages.json create and writes down when each request came: what it saw is the truth.
let arrivals: Arrival[] = [];
let distinct = new Set<string>();
let created = 0;

const server = createServer((request, response) => {
  const at = machineNow();
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (body += part));
  request.on("end", () => {
    const form = new URLSearchParams(body);
    const text = form.get("Body") ?? "";
    const segments = segmentsOf(text).count;
    const id = idIn(text);
    arrivals.push({ at, id, segments });
    distinct.add(id);
    created += 1;
    setTimeout(() => answer(response, created, segments), takes(created));
  });
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ is: "listening", url: `http://127.0.0.1:${port}` });
});

process.on("message", (message: "seen" | "take") => {
  if (message === "seen") {
    process.send?.({ is: "seen", distinct: distinct.size });
    return;
  }
  process.send?.({ is: "taken", arrivals });
  arrivals = [];
  distinct = new Set();
});
process.on("disconnect", () => process.exit());

/** Evenly from a fifth below the average to a fifth above it, the same in every run. */
function takes(count: number): number {
  return callMilliseconds * (0.8 + 0.4 * ((count * 0.618_034) % 1));
}

function answer(response: ServerResponse, count: number, segments: number): void {
  const sid = `SM${count.toString(16).padStart(32, "0")}`;
  response.writeHead(201, { "content-type": "application/json" });
  response.end(JSON.stringify({ sid, status: "queued", num_segments: String(segments) }));
}
