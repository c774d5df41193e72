import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
let contactId = "";
let other = "";
beforeAll(async () => {
  door = await openDoor();
  const person = (value: string, externalId: string) =>
    door.ask("POST /v1/contacts", {
      externalId,
      timeZone: "America/New_York",
      addresses: [
        { kind: "phone", value, lineType: "mobile" },
        { kind: "device", value: `handset-${value.slice(1)}`, platform: "fcm", permission: "granted" },
      ],
    });
  contactId = (await person("+12125550201", "crm-1")).body.id;
  other = (await person("+12125550202", "crm-2")).body.id;
});
afterAll(() => door.aws.stop());

const hour = 3_600_000;
const iso = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const content = { text: "Was it you? Reply YES or NO." };
const send = async (more: object = {}) =>
  (await door.ask("POST /v1/messages", { contactId, category: "fraud-alert", content, ...more })).body;
const idsOf = (messages: readonly { id: string }[]) => messages.map(({ id }) => id);

async function everyPage(search: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor = "";
  for (let pages = 0; pages < 100; pages += 1) {
    const { status, body } = await door.ask(`GET /v1/messages?${search}${cursor}`);
    expect(status).toBe(200);
    ids.push(...idsOf(body.messages));
    if (!body.nextCursor) return ids;
    cursor = `&cursor=${body.nextCursor}`;
  }
  throw new Error("The list has no end");
}

describe("the list of messages", () => {
  it("has those of one contact, newest first, by status and time, whole however small the pages", async () => {
    const made: { id: string; status: string; createdAt: string }[] = [];
    for (let number = 0; number < 5; number += 1)
      made.push(await send(number % 2 === 0 ? {} : { sendAt: iso(hour) }));
    await send({ contactId: other });
    const all = idsOf(made).toReversed();
    expect(await everyPage(`contactId=${contactId}&limit=2`)).toEqual(all);
    expect(await everyPage("contactId=external:crm-1&limit=100")).toEqual(all);
    const held = idsOf(made.filter(({ status }) => status === "held")).toReversed();
    expect(held).toHaveLength(2);
    expect(await everyPage(`contactId=${contactId}&status=held&limit=1`)).toEqual(held);
    expect(await everyPage(`contactId=${contactId}&from=${encodeURIComponent(iso(hour))}`)).toEqual([]);
    expect(await everyPage(`contactId=${contactId}&to=${made[2]?.createdAt}`)).toEqual(
      idsOf(made.filter(({ createdAt }) => createdAt <= (made[2]?.createdAt ?? ""))).toReversed(),
    );
  });

  it("has everybody's that have not ended, by status", async () => {
    const held = await send({ contactId: other, sendAt: iso(2 * hour) });
    const found = await everyPage("status=held&limit=1");
    expect(found).toContain(held.id);
    expect(new Set(found).size).toBe(found.length);
    for (const id of found) expect((await door.ask(`GET /v1/messages/${id}`)).body.status).toBe("held");
  });

  it("asks for a contact where it could not find the end", async () => {
    for (const search of ["", "?status=delivered", "?from=2026-01-01T00:00:00Z"]) {
      const { status, body } = await door.ask(`GET /v1/messages${search}`);
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field: "contactId" }]);
    }
    expect((await door.ask("GET /v1/messages?contactId=con_nobody")).status).toBe(404);
  });

  it("takes a cursor for the list that it belongs to, and for no other", async () => {
    const { body } = await door.ask(`GET /v1/messages?contactId=${contactId}&limit=1`);
    const search = `contactId=${other}&cursor=${body.nextCursor}`;
    expect((await door.ask(`GET /v1/messages?${search}`)).body.errors).toMatchObject([{ field: "cursor" }]);
  });
});

describe("the events of a message", () => {
  it("tell in order what happened, and by which way", async () => {
    const sent = await send();
    const { body } = await door.ask(`GET /v1/messages/${sent.id}/events`);
    expect(body.events.map(({ what }: { what: string }) => what)).toEqual(["accepted", "planned", "queued"]);
    const single = await send({ category: "one-time-code" });
    const { events } = (await door.ask(`GET /v1/messages/${single.id}/events`)).body;
    expect(events.at(-1)).toMatchObject({ what: "queued", channel: "sms", senderId: "us-number" });
    expect((await door.ask("GET /v1/messages/msg_nobody/events")).status).toBe(404);
  });
});

describe("another time for a message", () => {
  it("is kept, with as long to live as before", async () => {
    const held = await send({ sendAt: iso(hour), expiresAt: iso(3 * hour) });
    const sendAt = iso(24 * hour);
    const { status, body } = await door.ask(`POST /v1/messages/${held.id}/reschedule`, { sendAt });
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "held", sendAt, heldUntil: sendAt, reason: "send-at" });
    expect(Date.parse(body.expiresAt) - Date.parse(sendAt)).toBe(
      Date.parse(held.expiresAt) - Date.parse(held.sendAt),
    );
    expect(door.aws.queued.at(-1)).toContain(held.id);
  });

  it("may be now, and is too late for what has gone", async () => {
    const held = await send({ sendAt: iso(hour) });
    const { body } = await door.ask(`POST /v1/messages/${held.id}/reschedule`, { sendAt: null });
    expect(Date.parse(body.heldUntil)).toBeLessThanOrEqual(Date.now());
    const gone = await send({ category: "one-time-code" });
    const late = await door.ask(`POST /v1/messages/${gone.id}/reschedule`, { sendAt: null });
    expect(late.body.code).toBe("message.too-late");
  });

  it("names the field that is wrong", async () => {
    const held = await send({ sendAt: iso(hour) });
    const ask = async (body: object) =>
      (await door.ask(`POST /v1/messages/${held.id}/reschedule`, body)).body.errors?.[0]?.field;
    expect(await ask({ sendAt: iso(400 * 24 * hour) })).toBe("sendAt");
    expect(await ask({ sendAt: iso(hour), expiresAt: iso(hour / 2) })).toBe("expiresAt");
    expect(await ask({})).toBe("sendAt");
  });
});

describe("a preview", () => {
  const previewOf = async (more: object = {}) =>
    (await door.ask("POST /v1/messages/preview", { contactId, category: "fraud-alert", content, ...more }))
      .body;

  it("explains every way with its points, what it costs and how it travels, and writes nothing", async () => {
    const before = (await everyPage(`contactId=${contactId}`)).length;
    const queued = door.aws.queued.length;
    const body = await previewOf();
    expect(body.now).toMatchObject({ is: "send" });
    expect(body.now.steps.map(({ channel }: { channel: string }) => channel)).toEqual(["sms", "push"]);
    expect(body.now.considered.length).toBeGreaterThan(3);
    expect(body.now.considered[0].points.length).toBeGreaterThan(2);
    expect(body.renderings).toContainEqual({
      channel: "sms",
      content: { ...content, mediaUrls: [] },
      length: 28,
      encoding: "GSM-7",
      segments: 1,
    });
    expect(body.cost).toEqual({ leastMicros: 8_300, mostMicros: 8_301 });
    expect((await everyPage(`contactId=${contactId}`)).length).toBe(before);
    expect(door.aws.queued).toHaveLength(queued);
  });

  it("counts what a letter outside GSM-7 costs", async () => {
    const text = `${"a".repeat(70)}ı`;
    const body = await previewOf({ category: "one-time-code", content: { text } });
    expect(body.renderings[0]).toMatchObject({ encoding: "UCS-2", segments: 2, length: 71 });
    expect(body.cost.mostMicros).toBe(2 * 8_300);
  });

  it("says until when it would be held, and what would come then", async () => {
    const sendAt = iso(hour);
    const body = await previewOf({ sendAt });
    expect(body.now).toMatchObject({ is: "hold", reason: "send-at", until: sendAt });
    expect(body.afterwards).toMatchObject({ is: "send" });
    expect(body.cost.mostMicros).toBe(8_301);
  });

  it("says why nothing would go", async () => {
    const body = await previewOf({ category: "offer" });
    expect(body).toMatchObject({ now: { is: "suppress", reason: "no-consent" }, cost: { mostMicros: 0 } });
    expect((await previewOf({ category: "lottery" })).code).toBe("category.not-found");
  });
});
