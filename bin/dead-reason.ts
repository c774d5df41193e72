import type { Message } from "@aws-sdk/client-sqs";
import * as z from "zod/mini";
import { CampaignWork } from "../functions/campaigns/campaign-work.ts";
import { ToDeliver, ToRoute } from "../functions/messages/hand-over.ts";
import { Arrived, Receipt } from "../functions/providers/provider.ts";

/** What Lambda writes of a run that failed. */
const FailedRun = z.object({
  timestamp: z.string(),
  requestContext: z.object({ condition: z.string() }),
  responsePayload: z.optional(z.partial(z.object({ errorType: z.string() }))),
});

/** What belongs on a queue, told from a part of its name; the ids in it are all that is shown. */
const kinds = [
  { named: /route/i, schema: ToRoute, about: (item: unknown) => ToRoute.parse(item).messageId },
  { named: /track/i, schema: Receipt, about: receiptOf },
  { named: /inbound/i, schema: Arrived, about: (item: unknown) => Arrived.parse(item).providerMessageId },
  { named: /campaignswork/i, schema: CampaignWork, about: campaignWorkOf },
  { named: /failed(sweeps|looks)/i, schema: FailedRun, about: runOf },
  { named: /urgent|bulk/i, schema: ToDeliver, about: (item: unknown) => ToDeliver.parse(item).attemptId },
] as const;

function receiptOf(item: unknown): string {
  const { attemptId, is } = Receipt.parse(item);
  return `${attemptId} ${is}`;
}

function campaignWorkOf(item: unknown): string {
  const work = CampaignWork.parse(item);
  return `${work.do} ${work.campaignId}${"page" in work ? ` page ${work.page}` : ""}`;
}

function runOf(item: unknown): string {
  const { timestamp, requestContext, responsePayload } = FailedRun.parse(item);
  return `${timestamp} ${requestContext.condition} ${responsePayload?.errorType ?? ""}`.trim();
}

/** Whether a body could be worked on by the queue's function. */
export function fits(queueName: string, body: string): boolean {
  const kind = kinds.find(({ named }) => named.test(queueName));
  return kind !== undefined && kind.schema.safeParse(jsonOf(body)).success;
}

/** One line about a dead letter: its ids, how often it was tried, and why it is here; nothing that a person wrote or could be reached by. */
export function lineAbout(
  queueName: string,
  { MessageId = "", Body = "", Attributes = {} }: Message,
): string {
  const kind = kinds.find(({ named }) => named.test(queueName));
  const since = new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString();
  const tries = `${Attributes.ApproximateReceiveCount ?? "?"} receives`;
  return [MessageId, since, tries, kind ? reasonOf(kind, Body) : "of an unknown queue"].join("  ");
}

function reasonOf(kind: (typeof kinds)[number], body: string): string {
  const item = jsonOf(body);
  const result = kind.schema.safeParse(item);
  if (!result.success) {
    const fields = result.error.issues.map(({ path, code }) => `${path.join(".") || "(body)"}:${code}`);
    return `the body does not fit: ${fields.join(" ")}`;
  }
  const about = kind.about(item);
  return kind.schema === FailedRun
    ? about
    : `${about}: the body fits, the work failed; its log has the queue id`;
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
