import { subscribe } from "node:diagnostics_channel";

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
  // AWS is called over node:http, everybody else by fetch, which announces each request here.
  subscribe("undici:client:sendHeaders", (message) => {
    const { headers = "", request } = message as { headers?: string; request?: { contentLength?: number } };
    bytesOut += headers.length + (request?.contentLength ?? 0);
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

function runningMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
