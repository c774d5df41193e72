import type {
  SendTaskFailureCommandInput,
  SendTaskSuccessCommandInput,
  StartExecutionCommandInput,
} from "@aws-sdk/client-sfn";
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
/** Ends a wait well. */
export const SendTaskSuccessCommand = commandOf<SendTaskSuccessCommandInput, object>(
  stepFunctions,
  "SendTaskSuccess",
);
/** Ends a wait with an error. */
export const SendTaskFailureCommand = commandOf<SendTaskFailureCommandInput, object>(
  stepFunctions,
  "SendTaskFailure",
);
