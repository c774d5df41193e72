import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type DeadQueue, deadQueues, drop, lookAt, moveBack, replace } from "../../bin/dead-letters.ts";
import { fits, lineAbout } from "../../bin/dead-reason.ts";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";

let laptop: Laptop;
let client: SQSClient;
let api: Api;
let contactId: string;
const number = "+12125550150";

beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
  api = apiOf(laptop);
  client = new SQSClient({
    endpoint: laptop.cloud.environment["AWS_ENDPOINT_URL_SQS"] ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const addresses = [{ kind: "phone", value: number, lineType: "mobile" }];
  const { body } = await api.post("/v1/contacts", { timeZone: "America/New_York", country: "US", addresses });
  contactId = body.id;
}, 120_000);
afterAll(async () => {
  client.destroy();
  await laptop.stop();
});

const send = async (): Promise<string> => {
  const content = { text: "Your parcel arrives today." };
  const { body } = await api.post("/v1/messages", { contactId, category: "appointment", content });
  return body.id;
};
const read = async (id: string): Promise<Json> => (await api.get(`/v1/messages/${id}`)).body;
const reach = (id: string, status: string) =>
  until(
    `status ${status}`,
    () => read(id),
    (message) => message.status === status,
  );
const deadOf = async (part: string): Promise<DeadQueue> => {
  const found = (await deadQueues(client, "")).filter(({ source }) => source?.name.includes(part));
  expect(found, part).toHaveLength(1);
  return found[0] as DeadQueue;
};
const put = (QueueUrl: string, body: string, more: object = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...more }));
const countOf = async ({ url }: DeadQueue): Promise<number> => {
  const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  return Number((await client.send(command)).Attributes?.ApproximateNumberOfMessages);
};

/** Five tries lie a visibility timeout apart. */
async function untilDead(queue: DeadQueue): Promise<void> {
  await until(
    "the poison to be given up",
    () => {
      laptop.cloud.clock.advance(200_000);
      return countOf(queue);
    },
    (count) => count === 1,
    60,
  );
}

it("a poison item ends in the dead letters with its reason and without what somebody wrote; mended, it does its work", async () => {
  const id = await send();
  await reach(id, "delivered");
  const queue = await deadOf("Route");
  await put(queue.source?.url ?? "", JSON.stringify({ messageID: id, text: "call me at +12125550199" }));
  await untilDead(queue);
  const [letter] = await lookAt(client, queue);
  const line = lineAbout(queue.source?.name ?? "", letter ?? {});
  expect(line).toContain("the body does not fit: messageId:invalid_type");
  expect(line).not.toMatch(/call me|5550199/);
  expect(await countOf(queue), "a look leaves it there").toBe(1);

  const mended = JSON.stringify({ messageId: id });
  expect(fits(queue.source?.name ?? "", mended)).toBe(true);
  expect(await replace(client, queue, letter?.MessageId ?? "", mended)).toBe(1);
  expect(await countOf(queue)).toBe(0);
  expect((await read(id)).attempts).toHaveLength(1);
});

it("a poison item that can never be done is dropped, and only that one", async () => {
  const queue = await deadOf("Track");
  await put(queue.url, "not even JSON");
  await put(queue.url, JSON.stringify({ attemptId: "msg_1.1", is: "nonsense" }));
  const [first, second] = await lookAt(client, queue);
  expect(lineAbout("Track", second ?? {})).toContain("is:invalid_value at:invalid_type from:invalid_value");
  expect(await drop(client, queue, first?.MessageId ?? "")).toBe(1);
  expect((await lookAt(client, queue)).map(({ MessageId }) => MessageId)).toEqual([second?.MessageId]);
  expect(await drop(client, queue, "all")).toBe(1);
  expect(await countOf(queue)).toBe(0);
});

it("a receipt in the dead letters goes back the normal way, and its message reaches its final state", async () => {
  laptop.carriers.handsets.set(number, { noReceipts: true });
  const id = await send();
  await reach(id, "sent");
  const queue = await deadOf("Track");
  const attemptId = (await read(id)).attempts[0].id;
  const at = laptop.cloud.clock.now();
  await put(queue.url, JSON.stringify({ attemptId, is: "delivered", at, from: "callback" }));
  const [letter] = await lookAt(client, queue);
  expect(lineAbout("Track", letter ?? {})).toContain(`${attemptId} delivered: the body fits`);
  expect(await moveBack(client, queue, Infinity)).toBe(1);
  await reach(id, "delivered");
  expect(await countOf(queue)).toBe(0);
  laptop.carriers.handsets.set(number, { noReceipts: false });
});

it("work that was done meanwhile is not done again when it is redriven", async () => {
  const id = await send();
  await reach(id, "delivered");
  const queue = await deadOf("us-number-bulk");
  const body = JSON.stringify({ messageId: id, attemptId: `${id}.1` });
  const before = laptop.carriers.handsets.truth().texts.length;
  for (const times of [1, 2, 3])
    await put(queue.url, body, { MessageGroupId: "group-1", MessageDeduplicationId: `dead-${times}` });
  expect(await moveBack(client, queue, 2), "no more than asked").toBe(2);
  expect(await moveBack(client, queue, Infinity)).toBe(1);
  await until(
    "the queue to be worked off",
    () => laptop.cloud.isIdle(),
    (isIdle) => isIdle,
  );
  expect(laptop.carriers.handsets.truth().texts.length).toBe(before);
  expect((await read(id)).attempts).toHaveLength(1);
});
