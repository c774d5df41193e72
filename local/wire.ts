import type { MessagePort } from "node:worker_threads";
import { type Asked, type Run, type Said, said } from "./service.ts";

/** The services of the cloud by their addresses. */
export type Services = ReadonlyMap<string, Run>;

/** A call on its way out of a function. */
export interface Outbound extends Asked {
  readonly id: number;
  /** Address of the service. */
  readonly to: string;
}

/** An answer on its way back. */
export interface Inbound extends Said {
  readonly id: number;
}

/**
 * Answers what a function asks the services of the cloud. Both are threads of one process: a loopback connection between them
 * costs more than what most calls do.
 */
export function answerOver(port: MessagePort, services: Services): void {
  port.on("message", ({ id, to, ...asked }: Outbound) => {
    const run = services.get(to);
    if (!run) throw new Error(`Nobody serves ${to}`);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    void said(asked, run).then((answer) => port.postMessage({ id, ...answer } satisfies Inbound));
  });
  port.unref();
}
