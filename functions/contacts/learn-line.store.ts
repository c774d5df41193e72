import { awsClient } from "../platform/aws-client.ts";
import { log } from "../platform/log.ts";
import { SendMessageCommand } from "../platform/sqs.store.ts";
import type { Contact } from "./contact.ts";
import { linesToLearn } from "./learn-line.ts";

/** Has what nobody knows of a contact's numbers asked about, behind their back: writing them waits for nobody. */
export type AskAboutLines = (contact: Contact) => Promise<void>;

/** The queue of numbers to ask about; without one nobody is asked. */
export function lineQueue(queueUrl: string, client = awsClient()): AskAboutLines {
  return async (contact) => {
    if (!queueUrl) return;
    for (const line of linesToLearn(contact)) {
      const MessageBody = JSON.stringify(line);
      try {
        await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody }));
      } catch (error) {
        // The contact is written; the next write of it asks again.
        log.error("line-not-asked", error, { ...line });
      }
    }
  };
}
