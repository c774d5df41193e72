import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { isRefusal } from "../platform/aws.store.ts";
import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "../platform/sfn.store.ts";
import type { Wake } from "./effects.ts";

/** The state machine that times the steps of a message. */
export interface Machine {
  /** Starts timing; the same name again is the same execution. */
  readonly start: (
    name: string,
    input: { messageId: string; first: number; waits: readonly number[] },
  ) => Promise<void>;
  /** Ends the wait of a step. A wait that has ended already is no error: whoever came first has decided. */
  readonly wake: (wake: Wake) => Promise<void>;
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

/** The failover state machine. */
export function failoverMachine(machineArn: string, client: AwsClient = awsClient()): Machine {
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
