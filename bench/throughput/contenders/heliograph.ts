import * as z from "zod/mini";
import { contactStore } from "../../../functions/contacts/contact.store.ts";
import type { HandToSender } from "../../../functions/messages/hand-over.ts";
import { type Message, messageIdOf } from "../../../functions/messages/message.ts";
import { messageStore } from "../../../functions/messages/message.store.ts";
import { currentAttempt, planned, startStep } from "../../../functions/messages/status.ts";
import { tables } from "../../../functions/platform/aws.store.ts";
import { awsClient } from "../../../functions/platform/aws-client.ts";
import { sqs } from "../../../functions/platform/sqs.store.ts";
import { laneStore } from "../../../functions/senders/lane.store.ts";
import { batchSizeOf, lanesOf } from "../../../functions/senders/rate.ts";
import { createClock } from "../../../local/clock.ts";
import type { LocalFunction } from "../../../local/lambda.ts";
import { type AskQueue, type Source, startSource } from "../../../local/sources.ts";
import { bulkCategory, businessAt, senderId, urgentCategoryId } from "../business.ts";
import type { Contender, Job, Task } from "../contender.ts";
import { textOf } from "../text.ts";

const Sources = z.array(
  z.object({
    queueUrl: z.string(),
    queueArn: z.string(),
    functionName: z.string(),
    batchSize: z.number(),
    reportsItems: z.boolean(),
    maxConcurrency: z.number(),
    visibilitySeconds: z.number(),
  }),
);

/** The shipped function, fed from the template's queues by the local cloud's pollers; its lanes are shared among the workers. */
export async function open({ rate, workers, now }: Task): Promise<Contender> {
  const business = businessAt(rate);
  const sender = business.senders.find(({ id }) => id === senderId);
  if (!sender) throw new Error(`${senderId} is not declared`);
  const dynamo = tables();
  const messages = messageStore(dynamo, environment("MESSAGES_TABLE"));
  const contacts = contactStore(dynamo, environment("CONTACTS_TABLE"));
  const { handToSender } = laneStore(environment("SENDER_QUEUES"), business.senders);
  const lanes = lanesOf(sender);
  const target = await shippedFunction();
  let sources: readonly Source[] = [];

  const keep = async (job: Job) => {
    const message = queuedMessage(job);
    await Promise.all([
      messages.create(message),
      contacts.create({
        id: message.contactId,
        attributes: {},
        preferences: { channels: [] },
        addresses: [{ id: "adr_1", kind: "phone", value: phoneOf(job), lineType: "mobile" }],
        createdAt: message.createdAt,
        updatedAt: message.createdAt,
      }),
    ]);
    return message;
  };
  return {
    load: async (jobs) => {
      for (let from = 0; from < jobs.length; from += 20) {
        const some = await Promise.all(jobs.slice(from, from + 20).map(keep));
        for (const message of some) await handToSender(...workOf(message, false));
      }
    },
    start: async () => {
      const clock = createClock(Date.now(), 1);
      sources = Sources.parse(JSON.parse(environment("SOURCES"))).map((declared) => {
        const all = declared.queueUrl.includes("urgent") ? lanes.urgent : lanes.bulk;
        const ours = {
          batchSize: batchSizeOf(sender),
          windowSeconds: 0,
          maxConcurrency: Math.ceil(all / workers),
        };
        return startSource({ ...declared, ...ours }, target, askQueue, clock);
      });
    },
    urge: async (job) => {
      const message = await keep(job);
      const at = now();
      await handToSender(...workOf(message, true));
      return at;
    },
    stop: async () => void (await Promise.all(sources.map((source) => source.stop()))),
  };
}

/** Polls as the local cloud's pollers do, from a process of its own. */
const queues = awsClient({ attempts: 1 });
const askQueue: AskQueue = (operation, input) => queues.send({ service: sqs, operation, input });

/** A message that is routed and waits for its sender. */
function queuedMessage({ id, isUrgent }: Job): Message {
  const at = Date.now();
  const messageId = `msg_${id.toUpperCase().replaceAll("-", "").padStart(26, "0")}`;
  const base: Message = {
    id: messageId,
    contactId: messageId.replace("msg_", "con_"),
    category: isUrgent ? urgentCategoryId : bulkCategory.id,
    content: { text: textOf(id), mediaUrls: [] },
    createdAt: at,
    expiresAt: at + 86_400_000,
    status: "accepted",
    step: -1,
    attempts: [],
    timeline: [],
    version: 1,
  };
  const step = { channel: "sms" as const, addressId: "adr_1", senderId, waitSeconds: 0 };
  return startStep(planned(base, { steps: [step], considered: [], decidedAt: at }, at), 0, at).message;
}

function phoneOf({ id, isUrgent }: Job): string {
  return `+1${isUrgent ? "415" : "212"}${(2_000_000 + Number(id.replaceAll(/\D/g, ""))).toString()}`;
}

function workOf(message: Message, isUrgent: boolean): Parameters<HandToSender> {
  const attemptId = currentAttempt(message)?.id ?? "";
  const messageId = messageIdOf(attemptId) ?? message.id;
  return [
    { messageId, attemptId },
    { senderId, isUrgent, contactId: message.contactId },
  ];
}

/** The bundle as Lambda would load it, called in this process. */
async function shippedFunction(): Promise<LocalFunction> {
  const { handler }: { handler: (event: unknown, context: object) => Promise<unknown> } = await import(
    environment("BUNDLE")
  );
  return {
    name: "deliver",
    path: "deliver",
    invoke: async (event) => {
      try {
        return { is: "result", value: await handler(event, {}) };
      } catch (error) {
        return { is: "error", type: "Unhandled", message: String(error) };
      }
    },
    hasRoom: () => true,
    running: () => 0,
    reload: () => undefined,
    stop: async () => undefined,
  };
}

function environment(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}
