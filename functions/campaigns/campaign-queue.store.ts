import { awsClient } from "../platform/aws-client.ts";
import { sendAll } from "../platform/sqs.store.ts";
import type { SendWork } from "./campaign-work.ts";

/** The queue of the campaigns. */
export function campaignQueue(queueUrl: string, client = awsClient()): SendWork {
  return (works) =>
    sendAll(
      client,
      queueUrl,
      works.map((work) => ({ MessageBody: JSON.stringify(work) })),
    );
}
