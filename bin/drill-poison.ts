import { strict as assert } from "node:assert";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { tables } from "../functions/platform/aws.store.ts";
import { GetCommand, PutCommand } from "../functions/platform/dynamo.store.ts";
import { readAssembly } from "../local/assembly.ts";
import { copiesOf, crowdOf, endsOf, sendMany, standingOf } from "./crowd.ts";
import { type DeadQueue, deadQueues, lookAt, moveBack, replace } from "./dead-letters.ts";
import { fits, lineAbout } from "./dead-reason.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { openQueueDoor, type Sent } from "./queue-door.ts";
import { type Api, apiOf, until } from "./story.ts";
import { tablesBy } from "./table-copy.ts";

const people = 30;
const count = 60;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
/** A try of a sender's queue is hidden for so long. */
const hiddenMilliseconds = 76_000;
const local = { region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };

/** Two poisoned items among others: one of a schema from the future, and one whose handling always throws. */
export async function drillPoison(tell: (text: string) => void): Promise<string> {
  const poison: { api?: Api; future?: string; damaged?: string; damage?: () => Promise<void> } = {};
  const door = await openQueueDoor(async (sent) => {
    const item: { messageId?: string; attemptId?: string } = JSON.parse(sent.MessageBody);
    if (!poison.api || !item.attemptId || !isForSender(sent)) return sent;
    const { contactId } = (await poison.api.get(`/v1/messages/${item.messageId}`)).body;
    if (contactId === poison.damaged) await poison.damage?.();
    if (contactId !== poison.future) return sent;
    return { ...sent, MessageBody: JSON.stringify({ schema: 2, attempt: { id: item.attemptId } }) };
  });
  const laptop = await startLaptop({ port: 0, now: noon, environment: { AWS_ENDPOINT_URL_SQS: door.url } });
  const client = new SQSClient({
    ...local,
    endpoint: laptop.cloud.environment["AWS_ENDPOINT_URL_SQS"] ?? "",
  });
  try {
    const api = apiOf(laptop);
    const [future = "", damaged = "", ...others] = await crowdOf(api, people + 2);
    const contact = await damageable(laptop, damaged);
    Object.assign(poison, { api, future, damaged, damage: contact.damage });
    const before = await sendMany(api, others, count / 2, "Before");
    const poisoned = [
      ...(await sendMany(api, [future], 1, "Future")),
      ...(await sendMany(api, [damaged], 1, "Damaged")),
    ];
    const after = await sendMany(api, others, count / 2, "After");
    const ends = await endsWhilePassing(laptop, [...before, ...after]);
    assert.equal(ends.get("delivered"), count, "every neighbour was delivered");
    const queue = await deadLettersOf(laptop, client, poisoned.length);
    const letters = await lookAt(client, queue);
    const lines = letters.map((letter) => lineAbout(queue.source?.name ?? "", letter));
    for (const line of lines) tell(line.split("  ").slice(2).join("  "));
    const tries = letters.map(({ Attributes }) => Number(Attributes?.ApproximateReceiveCount ?? 0) - 1);
    assert.ok(
      lines.some((line) => line.includes("messageId:invalid_type")),
      "the reason names the field",
    );
    const alarm = alarmOf(queue, letters.length);
    assert.equal(alarm, "ALARM", "its alarm fires");
    assert.equal(textsTo(laptop, ["Future", "Damaged"]), 0, "nothing of them was sent");

    const bad = letters.find(({ Body = "" }) => Body.includes("schema"));
    const mended = JSON.stringify({ messageId: poisoned[0], attemptId: `${poisoned[0]}.1` });
    assert.ok(fits(queue.source?.name ?? "", mended), "a mended body is checked before it goes back");
    await replace(client, queue, bad?.MessageId ?? "", mended);
    await contact.mend();
    await moveBack(client, queue, Infinity);
    const mendedEnds = await endsOf(api, poisoned, 120);
    assert.equal(mendedEnds.get("delivered"), 2, "both were delivered after all");
    const left = (await deadQueues(client, "")).reduce((sum, one) => sum + one.count, 0);
    assert.equal(left, 0, "no dead letters are left");
    assert.equal(alarmOf(queue, left), "OK");
    const sent = textsTo(laptop, ["Before", "After", "Future", "Damaged"]);
    assert.equal(sent, count + 2, "each was sent once");
    const attempts = await standingOf(api, poisoned);
    assert.ok(attempts.every(({ attempts: some }) => some.length === 1));
    return `2 poisoned among ${count + 2}: in the dead letters after ${Math.max(...tries)} tries with their reason, alarm ${alarm} and then OK; ${count} neighbours delivered, 2 mended and delivered, ${sent} sent, 0 lost, 0 doubled`;
  } finally {
    client.destroy();
    await laptop.stop();
    await door.stop();
  }
}

function isForSender({ QueueUrl }: Sent): boolean {
  return QueueUrl.includes("bulk") && !QueueUrl.includes("Dead");
}

/** A person's item in the table, which somebody's program spoils and somebody else's mends. */
async function damageable(laptop: Laptop, contactId: string) {
  const endpoint = laptop.cloud.environment["AWS_ENDPOINT_URL_DYNAMODB"] ?? "";
  const sdk = new DynamoDBClient({ ...local, endpoint });
  const TableName = (await tablesBy(sdk, "", ["Contacts"])).get("Contacts") ?? "";
  sdk.destroy();
  const dynamo = tables(laptop.cloud.environment);
  const { Item = {} } = await dynamo.send(
    new GetCommand({ TableName, Key: { pk: contactId, sk: "profile" } }),
  );
  const put = async (contact: unknown) =>
    void (await dynamo.send(new PutCommand({ TableName, Item: { ...Item, contact } })));
  return { damage: () => put("spoilt"), mend: () => put(Item["contact"]) };
}

/** Whoever stands behind a poisoned item in its group waits until that is given up: minutes, which pass here at once. */
function endsWhilePassing(laptop: Laptop, ids: readonly string[]): Promise<Map<string, number>> {
  const passing = setInterval(() => {
    if (laptop.cloud.isIdle()) laptop.cloud.clock.advance(hiddenMilliseconds);
  }, 2_000);
  return endsOf(apiOf(laptop), ids, 600).finally(() => clearInterval(passing));
}

async function deadLettersOf(laptop: Laptop, client: SQSClient, wanted: number): Promise<DeadQueue> {
  const found = await until(
    "both to be given up",
    async () => {
      laptop.cloud.clock.advance(hiddenMilliseconds);
      return (await deadQueues(client, "")).find(({ count: dead }) => dead > 0);
    },
    (queue) => (queue?.count ?? 0) >= wanted,
    120,
  );
  if (!found) throw new Error("Nothing is in the dead letters");
  return found;
}

/** What the alarm that the template declares for a queue says at a number of items. */
function alarmOf({ name }: DeadQueue, items: number): "OK" | "ALARM" {
  const { resources } = readAssembly("cdk.out");
  const alarm = resources.find(
    ({ type, properties }) =>
      type === "AWS::CloudWatch::Alarm" &&
      resources.some(
        ({ type: of, logicalId }) =>
          of === "AWS::SQS::Queue" &&
          name.includes(logicalId) &&
          JSON.stringify(properties["Dimensions"]).includes(`"${logicalId}"`),
      ),
  );
  if (!alarm) throw new Error(`${name} has no alarm`);
  return items >= Number(alarm.properties["Threshold"]) ? "ALARM" : "OK";
}

function textsTo(laptop: Laptop, words: readonly string[]): number {
  return words.reduce(
    (sum, word) => sum + [...copiesOf(laptop, word).values()].reduce((all, one) => all + one, 0),
    0,
  );
}
