import type { MessagePort } from "node:worker_threads";
import { gatheredPosts } from "./gathered-posts.ts";
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
  const post = gatheredPosts<Inbound>(port);
  port.on("message", (calls: readonly Outbound[]) => {
    for (const { id, to, ...asked } of calls) {
      const run = services.get(to);
      if (!run) throw new Error(`Nobody serves ${to}`);
      void said(asked, run).then((answer) => post({ id, ...answer }));
    }
  });
  port.unref();
}
