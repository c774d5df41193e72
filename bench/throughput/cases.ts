/** Everybody who is measured. */
export const contenders = {
  heliograph: {
    title: "Heliograph",
    program: "heliograph.ts",
    needs: ["cloud"],
    backlog: "queue",
    does: "the shipped function on the template's queues and tables",
  },
  "bullmq-burst": {
    title: "BullMQ, burst",
    program: "bullmq.mjs",
    needs: ["redis"],
    manner: "burst",
    backlog: "queue",
    does: "`limiter: { max: R, duration: 1000 }`",
  },
  "bullmq-even": {
    title: "BullMQ, even",
    program: "bullmq.mjs",
    needs: ["redis"],
    manner: "even",
    backlog: "queue",
    does: "`limiter: { max: 1, duration: 1000 / R }`",
  },
  "bottleneck-burst": {
    title: "Bottleneck, reservoir",
    program: "bottleneck.mjs",
    needs: ["redis"],
    manner: "burst",
    backlog: "process",
    does: "a reservoir of R, filled every second",
  },
  "bottleneck-even": {
    title: "Bottleneck, even",
    program: "bottleneck.mjs",
    needs: ["redis"],
    manner: "even",
    backlog: "process",
    does: "`minTime: 1000 / R`",
  },
  "rate-limiter-flexible": {
    title: "rate-limiter-flexible",
    program: "rate-limiter-flexible.mjs",
    needs: ["redis"],
    backlog: "process",
    does: "a token of `RateLimiterQueue` for each message",
  },
  "plain-sqs": {
    title: "SQS, no pacing",
    program: "plain-sqs.ts",
    needs: ["cloud"],
    backlog: "queue",
    does: "a queue and R × 0.1 s functions at once",
  },
} as const satisfies Record<string, ContenderDeclaration>;

interface ContenderDeclaration {
  readonly title: string;
  readonly program: string;
  readonly needs: readonly ("cloud" | "redis")[];
  readonly manner?: "burst" | "even";
  /** Where its backlog waits: in a queue, or in the process that sends. */
  readonly backlog: "queue" | "process";
  /** How it paces. */
  readonly does: string;
}

/** Name of a contender. */
export type ContenderName = keyof typeof contenders;

/** One run. */
export interface Case {
  readonly contender: ContenderName;
  readonly rate: number;
  readonly workers: number;
}

/** Seconds of backlog: beside a minute its first and its last second weigh little. */
export function lengthOf(isQuick: boolean): number {
  return isQuick ? 15 : 60;
}

/** Four workers each, and one where that is another mechanism; everybody at both rates. */
export const cases: readonly Case[] = [10, 100].flatMap((rate) => [
  { contender: "heliograph", rate, workers: 1 },
  { contender: "heliograph", rate, workers: 4 },
  { contender: "bullmq-burst", rate, workers: 4 },
  { contender: "bullmq-even", rate, workers: 4 },
  ...(rate === 100
    ? ([
        { contender: "bottleneck-burst", rate, workers: 1 },
        { contender: "bottleneck-even", rate, workers: 1 },
      ] as const)
    : []),
  { contender: "bottleneck-burst", rate, workers: 4 },
  { contender: "bottleneck-even", rate, workers: 4 },
  { contender: "rate-limiter-flexible", rate, workers: 4 },
  { contender: "plain-sqs", rate, workers: 1 },
]);
