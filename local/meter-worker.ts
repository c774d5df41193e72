import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import type { Socket } from "node:net";

/** What a run has used, as its worker measured it. */
export interface Used {
  readonly milliseconds: number;
  /** Processor time of the whole worker since the last report: runs at the same time share it. */
  readonly runningMicroseconds: number;
  /** Bytes of requests to somebody outside AWS since the last report. */
  readonly bytesOut: number;
}

/** Measures what the runs of one worker use; loading the code is the cold start's and not counted. */
export function usageSince(now: () => number): { startAfresh: () => void; of: (begun: number) => Used } {
  let reported = runningMicroseconds();
  let bytesOut = 0;
  const counted = new WeakMap<Socket, number>();
  subscribe("http.client.response.finish", (message) => {
    const { request } = message as { readonly request: ClientRequest };
    const { socket } = request;
    if (!socket) return;
    // One connection may carry both.
    if (!isForAws(request)) bytesOut += socket.bytesWritten - (counted.get(socket) ?? 0);
    counted.set(socket, socket.bytesWritten);
  });
  return {
    startAfresh: () => {
      reported = runningMicroseconds();
    },
    of: (begun) => {
      const running = runningMicroseconds();
      const used = { milliseconds: now() - begun, runningMicroseconds: running - reported, bytesOut };
      reported = running;
      bytesOut = 0;
      return used;
    },
  };
}

/** What is signed for a service of AWS, wherever that is simulated, stays inside. */
function isForAws(request: ClientRequest): boolean {
  return String(request.getHeader("authorization")).startsWith("AWS4-HMAC-SHA256");
}

function runningMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
