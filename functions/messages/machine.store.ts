import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { isRefusal } from "../platform/aws.store.ts";
import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "../platform/sfn.store.ts";
import { type Cohort, cohortOf, nameOfCohort } from "./cohort.ts";
import type { JoinAll } from "./cohort-joins.ts";
import type { CohortList } from "./cohort-list.store.ts";
import type { Wake } from "./effects.ts";

/** The state machines that time the steps of messages. */
export interface Machine {
  /** Starts timing; the same name again is the same execution. */
  readonly start: (
    name: string,
    input: { messageId: string; first: number; waits: readonly number[] },
  ) => Promise<void>;
  /** Ends the wait of a step. A wait that has ended already is no error: whoever came first has decided. */
  readonly wake: (wake: Wake) => Promise<void>;
  /** Makes a message wait in the cohort of an instant. */
  readonly join: (messageId: string, at: number) => Promise<void>;
}

/** Name of the error that makes the machine go on to the next step. */
export const stepFailed = "StepFailed";

/** Wakes executions; used where the machine's own ARN is not needed. */
export function machineWaker(client: AwsClient = awsClient()): Pick<Machine, "wake"> {
  return {
    wake: async ({ taskToken, is }) => {
      const command =
        is === "over"
          ? new SendTaskSuccessCommand({ taskToken, output: "{}" })
          : new SendTaskFailureCommand({ taskToken, error: stepFailed });
      await unlessOver(client.send(command));
    },
  };
}

/** The state machine that times one message. */
export function failoverMachine(
  machineArn: string,
  client: AwsClient = awsClient(),
): Pick<Machine, "start" | "wake"> {
  return {
    ...machineWaker(client),
    start: async (name, input) => {
      const command = new StartExecutionCommand({
        stateMachineArn: machineArn,
        name,
        input: JSON.stringify(input),
      });
      await unlessOver(client.send(command));
    },
  };
}

/** The state machine that times everybody who waits for the same instant: its first member starts it, and each worker does so once. */
export function cohortMachine(
  machineArn: string,
  parts: number,
  list: Pick<CohortList, "add">,
  client: AwsClient = awsClient(),
): JoinAll {
  const started = new Set<string>();
  const start = async (cohort: Cohort) => {
    const name = nameOfCohort(cohort);
    if (started.has(name)) return;
    const input = JSON.stringify(cohort);
    await unlessOver(client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input })));
    started.add(name);
    const [oldest] = started;
    if (started.size > rememberedLimit && oldest !== undefined) started.delete(oldest);
  };
  return async (joining) => {
    const joined = joining.map(({ messageId, at }) => ({
      messageId,
      cohort: cohortOf(messageId, at, parts),
    }));
    const cohorts = Map.groupBy(joined, ({ cohort }) => nameOfCohort(cohort));
    await Promise.all(
      [...cohorts.values()].map(async (members) => {
        const [first] = members;
        if (!first) return;
        const messageIds = members.map(({ messageId }) => messageId);
        await Promise.all([list.add(first.cohort, messageIds), start(first.cohort)]);
      }),
    );
  };
}

/** Names a worker remembers; forgetting one costs a call. */
const rememberedLimit = 1_000;

async function unlessOver(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    const isOver = isRefusal(
      error,
      "TaskTimedOut",
      "TaskDoesNotExist",
      "InvalidToken",
      "ExecutionAlreadyExists",
    );
    if (!isOver) throw error;
  }
}
