import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageStore } from "../../functions/messages/message.store.ts";
import { startAttempt } from "../../functions/messages/attempt.ts";
import { startStep } from "../../functions/messages/status.ts";
import { type Door, openDoor } from "../door.ts";

let door: Door;
let contactId: string;
beforeAll(async () => {
  door = await openDoor();
  const addresses = [{ kind: "phone", value: "+12125550123" }];
  contactId = (await door.ask("POST /v1/contacts", { externalId: "crm-1", addresses })).body.id;
});
afterAll(() => door.aws.stop());

const send = (more: object = {}, headers = {}) =>
  door.ask(
    "POST /v1/messages",
    // A code goes at any hour: these tests run by the real clock.
    { contactId, category: "one-time-code", content: { text: "Here." }, ...more },
    headers,
  );

describe("sending a message", () => {
  it("takes responsibility, says what was decided and why, and puts it on its way", async () => {
    const { status, body } = await send();
    expect(status).toBe(202);
    expect(body).toMatchObject({
      contactId,
      status: "queued",
      attempts: [{ id: `${body.id}.1`, channel: "sms", status: "queued" }],
      timeline: [{ what: "accepted" }, { what: "planned" }, { what: "queued" }],
    });
    expect(body.considered[0]).toMatchObject({ channel: "sms", reason: "chosen" });
    expect(door.aws.queued).toContain(JSON.stringify({ messageId: body.id, attemptId: `${body.id}.1` }));
    expect(door.aws.published).toEqual([]);
    expect((await door.ask(`GET /v1/messages/${body.id}`)).body).toEqual(body);
  });

  it("refuses a file that no picture message carries, and names it; in a batch, too", async () => {
    const content = { text: "Look", mediaUrls: ["https://127.0.0.1/1.jpg", "https://127.0.0.1/2.webp"] };
    const message = { contactId, category: "delivery-update", content };
    const { status, body } = await door.ask("POST /v1/messages", message);
    expect([status, body.errors]).toEqual([
      400,
      [{ field: "content.mediaUrls.1", message: "is image/webp, which picture messages do not carry" }],
    ]);
    const batch = await door.ask("POST /v1/messages/batch", { messages: [message] });
    expect(batch.body.results[0].problem.errors).toEqual(body.errors);
    const text = { ...message, category: "appointment" };
    expect((await door.ask("POST /v1/messages", text)).status, "which goes as a text only").toBe(202);
  });

  it.each([
    [{ push: { actions: [{ id: "A", title: "x" }] } }, "content.push.actions.0.id"],
    [{ push: { deepLink: "javascript:alert(1)" } }, "content.push.deepLink"],
    [{ mediaUrls: Array.from({ length: 11 }, () => "https://127.0.0.1/1.jpg") }, "content.mediaUrls"],
  ])("names what is wrong with %j", async (more, field) => {
    const { status, body } = await send({ content: { text: "Look", ...more } });
    expect([status, body.errors[0].field]).toEqual([400, field]);
  });

  it("finds the contact by the business's own id", async () => {
    const { body } = await send({ contactId: undefined, externalId: "crm-1" });
    expect(body.contactId).toBe(contactId);
  });

  it("creates one message for a request that was sent twice", async () => {
    const key = { "idempotency-key": "send-1" };
    const [first, again] = [await send({}, key), await send({}, key)];
    expect(again.body).toEqual(first.body);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
    const { body } = await door.ask(`GET /v1/contacts/${contactId}/timeline?limit=100`);
    expect(body.entries.filter(({ id }: { id: string }) => id === first.body.id)).toHaveLength(1);
  });

  it("refuses another request under the same key", async () => {
    const key = { "idempotency-key": "send-2" };
    await send({}, key);
    const other = await send({ content: { text: "Something else." } }, key);
    expect([other.status, other.body.code]).toEqual([422, "idempotency.mismatch"]);
  });

  it.each([
    [{ category: "gossip" }, 422, "category"],
    [{ contactId: "con_nobody" }, 404, "contactId"],
    [{ contactId: undefined, externalId: "nobody" }, 404, "externalId"],
    [{ contactId: undefined }, 400, "contactId"],
    [{ content: { text: "" } }, 400, "content.text"],
    [{ content: { text: "x", font: "Arial" } }, 400, "content.font"],
    [{ content: { text: "x", html: "<b>" } }, 400, "content.subject"],
    [{ content: { text: "x", subject: "a\r\nBcc: b@c.example" } }, 400, "content.subject"],
    [{ content: { text: "x", mediaUrls: ["ftp://x.example/a"] } }, 400, "content.mediaUrls.0"],
    [{ sendAt: "tomorrow" }, 400, "sendAt"],
    [{ sendAt: "2126-01-01T00:00:00Z" }, 400, "sendAt"],
    [{ expiresAt: "2020-01-01T00:00:00Z" }, 400, "expiresAt"],
    [{ from: "+15005550006" }, 400, "from"],
  ])("refuses %j with %i and names %s", async (more, status, field) => {
    expect((await send(more)).body).toMatchObject({ status, errors: [{ field }] });
  });

  it("refuses a text that only an e-mail could carry and that is none", async () => {
    expect((await send({ content: { text: "x".repeat(1601) } })).body).toMatchObject({
      errors: [{ field: "content.text" }],
    });
  });

  it("refuses a body that is not JSON, and one that is too large", async () => {
    expect((await door.ask("POST /v1/messages", "{")).body).toMatchObject({ code: "body.invalid" });
    expect((await door.ask("POST /v1/messages", `"${"é".repeat(140_000)}"`)).status).toBe(413);
  });

  it("shows on the contact's timeline, newest first and no more than asked for", async () => {
    const { body: newest } = await send({ content: { text: "The newest." } });
    const { body } = await door.ask(`GET /v1/contacts/${contactId}/timeline?limit=2`);
    expect(body.entries).toHaveLength(2);
    expect(body.entries[0]).toMatchObject({
      direction: "out",
      id: newest.id,
      text: "The newest.",
      status: "queued",
    });
    expect((await door.ask(`GET /v1/contacts/${contactId}/timeline?limit=0`)).body).toMatchObject({
      errors: [{ field: "limit" }],
    });
  });
});

describe("what people wrote", () => {
  it("shows on their timeline and is not a message that was sent", async () => {
    const inbound = {
      id: "inb_1",
      contactId,
      senderId: "us-number",
      channel: "sms" as const,
      text: "STOP",
      at: Date.now() + 1000,
    };
    await messageStore(door.aws.tables, "Messages").keepInbound({
      ...inbound,
      meaning: "opt-out",
      answeredBy: "nobody",
    });
    const { body } = await door.ask(`GET /v1/contacts/${contactId}/timeline?limit=1`);
    expect(body.entries).toMatchObject([{ direction: "in", id: "inb_1", text: "STOP", meaning: "opt-out" }]);
    expect((await door.ask("GET /v1/messages/inb_1")).status).toBe(404);
    expect((await door.ask("POST /v1/messages/inb_1/cancel")).status).toBe(404);
  });
});

describe("canceling a message", () => {
  it("ends it, and does nothing more the second time", async () => {
    const { body: sent } = await send();
    const cancel = () => door.ask(`POST /v1/messages/${sent.id}/cancel`);
    expect((await cancel()).body).toMatchObject({ status: "canceled" });
    const again = await cancel();
    expect(again.status).toBe(200);
    expect(again.body.timeline.at(-1)).toMatchObject({ what: "canceled" });
    expect(again.body.timeline).toHaveLength(4);
  });

  it("comes too late once a provider may have it", async () => {
    const { body: sent } = await send();
    const messages = messageStore(door.aws.tables, "Messages");
    const seen = await messages.find(sent.id);
    if (!seen) throw new Error("It was not stored");
    const steps = [{ channel: "sms" as const, addressId: "adr_1", senderId: "us-number", waitSeconds: 0 }];
    const started = startStep({ ...seen, plan: { steps, considered: [], decidedAt: 1 } }, 0, 1).message;
    await messages.replace(startAttempt(started, `${sent.id}.1`, 2) ?? seen, seen);
    expect((await door.ask(`POST /v1/messages/${sent.id}/cancel`)).body).toMatchObject({
      status: 409,
      code: "message.too-late",
    });
  });

  it("is not possible for a message that nobody sent", async () => {
    expect((await door.ask("POST /v1/messages/msg_nobody/cancel")).body).toMatchObject({
      status: 404,
      code: "message.not-found",
    });
  });
});
