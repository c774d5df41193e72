import { expect, it } from "vitest";
import { wholeBusiness } from "../whole-business.ts";
import { functions, rightsOf } from "./templates.ts";

/** What every function may do: write its own log, and its own traces unless strangers decide how often it runs. */
const logs = ["logs:CreateLogStream", "logs:PutLogEvents"];
const traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
const key = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];
const reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", ...key];
const writes = [...reads, "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];
const empties = [
  "sqs:ChangeMessageVisibility",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "sqs:GetQueueUrl",
  "sqs:ReceiveMessage",
  "kms:Decrypt",
];
const fills = ["sqs:SendMessage", ...key];
const holds = ["iam:PassRole", "scheduler:CreateSchedule"];
const starts = "states:StartExecution";
const secret = ["secretsmanager:GetSecretValue", ...key];
const publishes = ["events:PutEvents"];

/** Who may do what. A right that is missing here or there fails: both the grant and its absence are promises. */
const rights: Readonly<Record<string, readonly string[]>> = {
  "campaigns/campaigns.api": [...writes, ...fills, ...holds, ...publishes, "sqs:GetQueueAttributes"],
  "campaigns/look-after.schedule": [...reads, ...fills],
  "campaigns/work.queue": [...empties, ...writes, ...fills, ...holds, ...publishes],
  "consent/consent.api": [...writes, ...publishes],
  "consent/unsubscribe.webhook": [...writes, ...secret, ...publishes],
  "contacts/contacts.api": [...writes, ...fills, ...publishes],
  "contacts/erasure.api": [...writes, ...publishes],
  "contacts/learn-line.queue": [...empties, ...writes, ...secret, ...publishes],
  "inbound/inbound.queue": [...empties, ...writes, ...fills, ...publishes],
  "integrations/fan-out.queue": [...empties, ...reads, ...fills],
  "integrations/post.queue": [...empties, ...writes, ...holds, ...secret, ...publishes],
  "integrations/webhooks.api": [...writes, ...fills, ...secret],
  "keys/keys.api": writes,
  "links/click.queue": [...empties, ...writes, ...publishes],
  "links/follow.webhook": [...reads, ...fills],
  "messages/failover.step": [...writes, ...fills],
  "messages/inspect.api": writes,
  "messages/messages.api": [...writes, ...fills, ...publishes],
  "messages/receipts.webhook": [...secret, ...fills],
  "messages/route.queue": [...empties, ...writes, ...fills, ...holds, ...publishes],
  "messages/sweep.schedule": [...writes, ...fills, ...holds, starts, ...secret, ...publishes],
  "messages/track.queue": [...empties, ...writes, starts, ...publishes],
  "platform/authorize.api": reads,
  "platform/openapi.api": [],
  "preferences/preferences.api": writes,
  "providers/aws-sms-events.queue": [...empties, ...fills],
  "providers/callbacks.webhook": [...secret, ...fills],
  "providers/ses-events.queue": [...empties, ...fills],
  "senders/deliver.queue": [
    ...empties,
    ...writes,
    ...fills,
    ...holds,
    starts,
    ...secret,
    ...publishes,
    "mobiletargeting:SendMessages",
    "s3:GetObject",
    "s3:PutObject",
    "ses:SendEmail",
    "sms-voice:SendMediaMessage",
    "sms-voice:SendTextMessage",
  ],
  "senders/senders.api": [...writes, "sqs:GetQueueAttributes"],
  "switches/switches.api": [...writes, ...fills, ...publishes],
  "templates/templates.api": writes,
};

it("every function is in the list of rights, and nothing else is", () => {
  expect(Object.keys(rights)).toEqual([...new Set(functions.map(({ entry }) => entry))].toSorted());
});

it.each(Object.entries(rights))("%s may do exactly what its work needs", (entry, listed) => {
  const given = new Set(rightsOf(entry).flatMap(({ actions }) => actions));
  const always = entry.endsWith(".webhook") ? logs : [...logs, ...traces];
  expect([...given].toSorted()).toEqual([...new Set([...always, ...listed])].toSorted());
});

it("only who delivers, tracks or sweeps may have messages wait", () => {
  const waiting = Object.keys(rights).filter((entry) =>
    rightsOf(entry).some(({ actions }) => actions.includes(starts)),
  );
  expect(waiting).toEqual(["messages/sweep.schedule", "messages/track.queue", "senders/deliver.queue"]);
});

it("e-mail leaves from a declared address alone, in one of our own streams", () => {
  const mails = rightsOf("senders/deliver.queue").filter(({ actions }) => actions.includes("ses:SendEmail"));
  const addresses = wholeBusiness.senders
    .filter(({ kind }) => kind === "email")
    .map(({ identity }) => identity);
  expect(mails.length).toBeGreaterThan(0);
  for (const { resource, condition } of mails) {
    expect(addresses.some((address) => condition.includes(`"ses:FromAddress":"${address}"`))).toBe(true);
    expect(resource).toMatch(
      /identity\/(hello@)?mail\.northwind\.example|configuration-set\/heliograph-test-(transactional|marketing)/,
    );
  }
});

it("no right is a pattern of actions", () => {
  const given = Object.keys(rights).flatMap((entry) => rightsOf(entry).flatMap(({ actions }) => actions));
  expect(given.filter((action) => action.includes("*"))).toEqual([]);
});

it("only reads of the catalog stand between a caller and the API", () => {
  const tables = rightsOf("platform/authorize.api").filter(({ actions }) =>
    actions.some((action) => action.startsWith("dynamodb:")),
  );
  expect(tables).toHaveLength(1);
  expect(tables[0]?.resource).toContain("Catalog");
});

it("the role that releases held messages can be handed to the scheduler alone", () => {
  for (const entry of [
    "messages/route.queue",
    "senders/deliver.queue",
    "messages/sweep.schedule",
    "campaigns/work.queue",
    "campaigns/campaigns.api",
  ]) {
    const passing = rightsOf(entry).filter(({ actions }) => actions.includes("iam:PassRole"));
    expect(passing.length, entry).toBeGreaterThan(0);
    for (const { condition } of passing) expect(condition, entry).toContain("scheduler.amazonaws.com");
  }
});
