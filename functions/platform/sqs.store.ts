import type {
  GetQueueAttributesCommandInput,
  GetQueueAttributesCommandOutput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { commandOf, type Service } from "./aws-client.ts";

const sqs: Service = {
  name: "sqs",
  variable: "SQS",
  contentType: "application/x-amz-json-1.0",
  target: "AmazonSQS",
};

/** Puts one message on a queue. */
export const SendMessageCommand = commandOf<SendMessageCommandInput, object>(sqs, "SendMessage");
/** How much waits in a queue. */
export const GetQueueAttributesCommand = commandOf<
  GetQueueAttributesCommandInput,
  Pick<GetQueueAttributesCommandOutput, "Attributes">
>(sqs, "GetQueueAttributes");
