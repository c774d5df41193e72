import { SQSClient } from "@aws-sdk/client-sqs";
import { aFunction, arnOf, clientFor, type Resources, type TestCloud } from "./cloud.fixture.ts";

export const visibilitySeconds = 30;
const maxReceiveCount = 2;

/** A queue with dead letters and a function that reads it. */
export function aWorkedQueue(fifo: boolean, concurrency?: number): Resources {
  const kind = fifo ? { FifoQueue: true } : {};
  return {
    Dead: { Type: "AWS::SQS::Queue", Properties: kind },
    Work: {
      Type: "AWS::SQS::Queue",
      Properties: {
        ...kind,
        VisibilityTimeout: visibilitySeconds,
        RedrivePolicy: { deadLetterTargetArn: arnOf("Dead"), maxReceiveCount },
      },
    },
    Worker: aFunction("worker", concurrency ? { ReservedConcurrentExecutions: concurrency } : {}),
    Source: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: arnOf("Work"),
        FunctionName: { Ref: "Worker" },
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
  };
}

// Notes the begin and the end of every message; a body of "bad" is given back.
export const worker = `
  export const handler = async ({ Records }) => {
    const seen = Records.map(({ body, messageId, attributes }) => ({ body, messageId, lane: attributes.MessageGroupId, received: attributes.ApproximateReceiveCount }));
    note({ begins: seen });
    await new Promise((resolve) => setTimeout(resolve, 30));
    note({ ends: seen.map(({ body }) => body) });
    return { batchItemFailures: seen.filter(({ body }) => body === "bad").map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
`;

export interface Seen {
  readonly body: string;
  readonly lane: string;
  readonly received: string;
}

export function begun({ notes }: TestCloud): readonly (readonly Seen[])[] {
  return notes().flatMap(({ begins }) => (begins ? [begins as Seen[]] : []));
}

export function ended({ notes }: TestCloud): readonly string[] {
  return notes().flatMap(({ ends }) => (ends ? (ends as string[]) : []));
}

export function sqs({ cloud }: TestCloud): { client: SQSClient; urlOf: (name: string) => string } {
  const client = new SQSClient(clientFor(cloud, "AWS_ENDPOINT_URL_SQS"));
  return { client, urlOf: (name) => `${cloud.environment["AWS_ENDPOINT_URL_SQS"]}/000000000000/${name}` };
}

export function toLane(lane: string, number: number) {
  return {
    MessageBody: `${lane}${number}`,
    MessageGroupId: lane,
    MessageDeduplicationId: `${lane}${number}`,
  };
}
