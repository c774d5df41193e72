import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { chanceOf } from "./chance.ts";
import type { Engine, Process } from "./engine.ts";
import type { SimQueue } from "./queue.ts";

/** One execution environment: what a function keeps between invocations lives here. */
export interface Instance {
  readonly id: string;
  /** The run under way; ports ask for it each time they are used. */
  process: Process;
}

/** A function: makes its handler once for each execution environment. */
export interface SimFunction {
  readonly name: string;
  readonly invoke: (key: string, event: unknown, done: (outcome: Outcome) => void) => void;
  /** Runs under way. */
  readonly busy: () => number;
}

/** What an invocation came to; a run that dies or times out fails. */
export type Outcome = { readonly is: "result"; readonly value: unknown } | { readonly is: "failed" };

type Handler = (event: unknown) => Promise<unknown>;

const longestSkewMilliseconds = 2000;

/** A function that reuses its environments, as Lambda does, and loses one when a run dies in it. */
export function newFunction(
  engine: Engine,
  name: string,
  timeoutMilliseconds: number,
  make: (instance: Instance) => Handler,
): SimFunction {
  const idle: { instance: Instance; handler: Handler }[] = [];
  let made = 0;
  let busy = 0;
  const fresh = () => {
    const instance: Instance = { id: `${name}-${(made += 1)}`, process: nobody };
    return { instance, handler: make(instance) };
  };
  return {
    name,
    busy: () => busy,
    invoke: (key, event, done) => {
      const environment = idle.pop() ?? fresh();
      const { instance, handler } = environment;
      let isOver = false;
      const over = (outcome: Outcome, survives: boolean) => {
        if (isOver) return;
        isOver = true;
        busy -= 1;
        if (survives) idle.push(environment);
        done(outcome);
      };
      const skewed = engine.faults.happens("clock-skew", instance.id);
      const process: Process = {
        key: `${name}/${key}`,
        of: name,
        skew: skewed ? Math.round((chanceOf(engine.seed, instance.id) * 2 - 1) * longestSkewMilliseconds) : 0,
        isDead: false,
        awaits: 0,
        onDeath: () => over({ is: "failed" }, false),
      };
      instance.process = process;
      busy += 1;
      engine.plan(engine.now() + timeoutMilliseconds, () => {
        if (!isOver) engine.kill(process);
      });
      handler(event).then(
        (value) => over({ is: "result", value }, true),
        () => over({ is: "failed" }, true),
      );
    },
  };
}

const nobody: Process = {
  key: "nobody",
  of: "nobody",
  skew: 0,
  isDead: true,
  awaits: 0,
  onDeath: () => undefined,
};

/** Feeds a function from a queue, as Lambda's pollers do: what failed comes back when its time hidden is over. */
export function feed(
  engine: Engine,
  queue: SimQueue,
  target: SimFunction,
  { batchSize, concurrency }: { readonly batchSize: number; readonly concurrency: number },
): void {
  let inFlight = 0;
  const before = queue.onChange;
  queue.onChange = () => {
    before();
    pull();
  };
  const pull = () => {
    while (inFlight < concurrency) {
      const batch = queue.receive(batchSize);
      if (batch.length === 0) return;
      inFlight += 1;
      const event = {
        Records: batch.map((item) => ({
          messageId: item.id,
          body: item.body,
          attributes: { ApproximateReceiveCount: String(item.receives) },
        })),
      } as unknown as SQSEvent;
      const [first] = batch;
      target.invoke(`${first?.id ?? ""}/${first?.receives ?? 0}`, event, (outcome) => {
        inFlight -= 1;
        if (outcome.is === "result") {
          const { batchItemFailures } = outcome.value as SQSBatchResponse;
          const again = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
          // The hand-over takes a moment; until then the group has its batch in flight.
          for (const item of batch) if (!again.has(item.id)) queue.remove(item);
        }
        engine.plan(engine.now() + handOverMilliseconds, pull);
      });
    }
  };
}

const handOverMilliseconds = 20;
