import type { StartExecutionCommandInput } from "@aws-sdk/client-sfn";
import { commandOf, type Service } from "./aws-client.ts";

const stepFunctions: Service = {
  name: "states",
  variable: "SFN",
  contentType: "application/x-amz-json-1.0",
  target: "AWSStepFunctions",
};

/** Starts an execution of a state machine. */
export const StartExecutionCommand = commandOf<StartExecutionCommandInput, object>(
  stepFunctions,
  "StartExecution",
);
