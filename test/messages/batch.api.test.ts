import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
const people: string[] = [];
beforeAll(async () => {
  door = await openDoor();
  for (let index = 0; index < 3; index += 1) {
    const addresses = [{ kind: "phone", value: `+1212555010${index}` }];
    const { body } = await door.ask("POST /v1/contacts", { externalId: `crm-${index}`, addresses });
    people.push(body.id);
  }
});
afterAll(() => door.aws.stop());

// A code goes at any hour: these tests run by the real clock.
const to = (contactId: string | undefined, more: object = {}) => ({
  contactId,
  category: "one-time-code",
  content: { text: "Here." },
  ...more,
});
const send = (messages: readonly unknown[], key?: string) =>
  door.ask("POST /v1/messages/batch", { messages }, key === undefined ? {} : { "idempotency-key": key });

describe("a batch of messages", () => {
  it("answers for each message what a request of its own would have been answered", async () => {
    const { status, body } = await send([
      to(people[0]),
      to("con_nobody"),
      to(people[1], { category: "unheard-of" }),
      to(people[1], { expiresAt: "2020-01-01T00:00:00Z" }),
      { nonsense: true },
      to(undefined, { externalId: "crm-2" }),
    ]);
    expect(status).toBe(200);
    expect(body.results.map((one: { status: number }) => one.status)).toEqual([202, 404, 422, 400, 400, 202]);
    expect(body.results[1].problem).toMatchObject({
      code: "contact.not-found",
      errors: [{ field: "contactId", message: "is not known" }],
    });
    expect(body.results[4].problem.errors.map(({ field }: { field: string }) => field)).toContain("nonsense");
    expect(body.results[5].message).toMatchObject({ contactId: people[2], status: "queued" });
    const { message } = body.results[0];
    expect((await door.ask(`GET /v1/messages/${message.id}`)).body).toEqual(message);
    expect(door.aws.queued).toContain(
      JSON.stringify({ messageId: message.id, attemptId: `${message.id}.1` }),
    );
  });

  it("creates its messages once, however often it is sent under its key", async () => {
    const messages = people.map((id) => to(id));
    const [first, again] = [await send(messages, "batch-1"), await send(messages, "batch-1")];
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
    expect(first.headers).not.toHaveProperty("idempotent-replayed");
    const ids = first.body.results.map((one: { message: { id: string } }) => one.message.id);
    expect(new Set(ids).size).toBe(3);
  });

  it("refuses other messages under the same key, and those alone", async () => {
    await send([to(people[0])], "batch-2");
    const { body } = await send([to(people[0]), to(people[1])], "batch-2");
    expect(body.results[0]).toMatchObject({ status: 422, problem: { code: "idempotency.mismatch" } });
    expect(body.results[1].status).toBe(202);
  });

  it("knows a message by its own key, in whatever batch it comes", async () => {
    const own = to(people[0], { idempotencyKey: "own-1" });
    const [one] = (await send([own])).body.results;
    const [, two] = (await send([to(people[1]), own])).body.results;
    expect(two).toEqual(one);
    const [other] = (await send([{ ...own, content: { text: "Something else." } }])).body.results;
    expect(other.problem.code).toBe("idempotency.mismatch");
  });

  it("makes one message of two with the same key", async () => {
    const own = to(people[0], { idempotencyKey: "own-2" });
    const { body } = await send([own, own]);
    expect(body.results[0].message.id).toBe(body.results[1].message.id);
  });

  it("has between one message and a hundred", async () => {
    const full = Array.from({ length: 100 }, () => to(people[0]));
    expect((await send(full)).body.results).toHaveLength(100);
    for (const messages of [[], [...full, to(people[0])]]) {
      const { status, body } = await send(messages);
      expect([status, body.errors[0].field]).toEqual([400, "messages"]);
    }
  });

  it("is kept when no queue takes it: the sweeper finds what did not move", async () => {
    door.aws.isQueueDown = true;
    const { body } = await send([to(people[0])]);
    door.aws.isQueueDown = false;
    expect(body.results[0]).toMatchObject({ status: 202, message: { status: "queued" } });
  });
});
