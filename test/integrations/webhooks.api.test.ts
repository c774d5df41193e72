import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deliveryStore } from "../../functions/integrations/delivery.store.ts";
import { sortableIdFrom } from "../../functions/platform/ids.ts";
import { type Door, openDoor } from "../door.ts";
import { aDelivery } from "./make.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());
beforeEach(async () => {
  const { body } = await door.ask("GET /v1/webhooks");
  for (const { id } of body.webhooks) await door.ask(`DELETE /v1/webhooks/${id}`);
});

const url = "https://hooks.northwind.example/heliograph";
const create = (body: object = { url }, headers: Record<string, string> = {}) =>
  door.ask("POST /v1/webhooks", body, headers);

describe("an endpoint", () => {
  it("is created with a secret that no other answer shows", async () => {
    const { status, body } = await create({ url, events: ["message.status"], description: "orders" });
    expect(status).toBe(201);
    expect(body.secret).toMatch(/^whsec_[\w+/]{43}=$/);
    const { secret: _secret, ...rest } = body;
    expect((await door.ask(`GET /v1/webhooks/${body.id}`)).body).toEqual(rest);
    expect((await door.ask("GET /v1/webhooks")).body.webhooks).toEqual([rest]);
  });

  it("is created once under one key, and under that key no other one", async () => {
    const headers = { "idempotency-key": "first" };
    const [first, second] = [await create({ url }, headers), await create({ url }, headers)];
    expect(second.body).toEqual(first.body);
    expect(second.headers["idempotent-replayed"]).toBe("true");
    const other = await create({ url: `${url}/other` }, headers);
    expect([other.status, other.body.code]).toEqual([422, "idempotency.mismatch"]);
    expect((await door.ask("GET /v1/webhooks")).body.webhooks).toHaveLength(1);
  });

  it.each([
    ["http://hooks.northwind.example/", "url"],
    ["https://127.0.0.1/", "url"],
    ["https://[::1]/", "url"],
    ["https://2130706433/", "url"],
    ["https://user:secret@hooks.northwind.example/", "url"],
    ["https://hooks.northwind.example:8443/", "url"],
    ["http://localhost:8080/", "url"],
    ["no url", "url"],
  ])("cannot be at %s", async (where, field) => {
    const { status, body } = await create({ url: where });
    expect([status, body.errors[0].field]).toEqual([400, field]);
    const { body: good } = await create();
    expect((await door.ask(`PATCH /v1/webhooks/${good.id}`, { url: where })).status).toBe(400);
  });

  it("names the event that there is not", async () => {
    const { status, body } = await create({ url, events: ["message.status", "message.lost"] });
    expect([status, body.errors[0].field]).toEqual([400, "events.1"]);
  });

  it("loses its filter with null, keeps what is not named, and is disabled and enabled by hand", async () => {
    const { body } = await create({ url, events: ["message.status"], description: "orders" });
    const change = async (wish: object) => (await door.ask(`PATCH /v1/webhooks/${body.id}`, wish)).body;
    expect(await change({ description: "parcels" })).toMatchObject({ events: ["message.status"], url });
    const open = await change({ events: null, isEnabled: false });
    expect(open.events).toBeUndefined();
    expect(open).toMatchObject({ description: "parcels", disabled: { reason: "by-hand" } });
    expect((await change({ isEnabled: true })).disabled).toBeUndefined();
  });

  it("gets one new secret for one request, however often that is asked", async () => {
    const { body } = await create();
    const path = `POST /v1/webhooks/${body.id}/rotate-secret`;
    const rotate = (key: string) => door.ask(path, { overlapHours: 1 }, { "idempotency-key": key });
    const [first, again, other] = [await rotate("a"), await rotate("a"), await rotate("b")];
    expect(first.body.secret).not.toBe(body.secret);
    expect(again.body.secret).toBe(first.body.secret);
    expect(other.body.secret).not.toBe(first.body.secret);
    expect(other.body.previousSecretUntil).toBeDefined();
  });

  it("is one of fifty at most", async () => {
    await Promise.all(Array.from({ length: 50 }, () => create()));
    const { status, body } = await create();
    expect([status, body.code]).toEqual([409, "webhook.too-many"]);
  });

  it("that is not there is a 404 everywhere", async () => {
    const since = "2026-11-23T00:00:00Z";
    const asked: [string, object?][] = [
      ["GET /v1/webhooks/whk_1"],
      ["PATCH /v1/webhooks/whk_1", {}],
      ["DELETE /v1/webhooks/whk_1"],
      ["POST /v1/webhooks/whk_1/rotate-secret", {}],
      ["POST /v1/webhooks/whk_1/test"],
      ["GET /v1/webhooks/whk_1/deliveries"],
      ["POST /v1/webhooks/whk_1/replay", { since }],
      ["POST /v1/webhooks/whk_1/deliveries/evt_1/replay"],
    ];
    for (const [operation, body] of asked)
      expect((await door.ask(operation, body)).body.code, operation).toBe("webhook.not-found");
  });
});

describe("the log of an endpoint", () => {
  it("goes back page by page, and is replayed from an instant on", async () => {
    const { body: hook } = await create();
    const deliveries = deliveryStore(door.aws.tables, "Integrations");
    const begin = Date.now() - 3_600_000;
    const ids = [0, 1, 2, 3, 4].map((minute) =>
      sortableIdFrom("evt", begin + minute * 60_000, String(minute)),
    );
    for (const [index, eventId] of ids.entries()) {
      const status = index === 3 ? "delivered" : "failed";
      const one = { ...aDelivery({ eventId, status }), webhookId: hook.id };
      expect(await deliveries.keep(one, one)).toBe(true);
    }
    const seen: string[] = [];
    let cursor = "";
    do {
      const { body } = await door.ask(`GET /v1/webhooks/${hook.id}/deliveries?limit=2${cursor}`);
      seen.push(...body.deliveries.map(({ eventId }: { eventId: string }) => eventId));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : "";
    } while (cursor);
    expect(seen).toEqual(ids.toReversed());
    const before = door.aws.queued.length;
    const since = new Date(begin + 60_000).toISOString();
    expect((await door.ask(`POST /v1/webhooks/${hook.id}/replay`, { since })).body).toEqual({ replayed: 3 });
    const queued = door.aws.queued.slice(before).map((text) => JSON.parse(text));
    expect(queued.map(({ eventId }) => eventId).toSorted()).toEqual([ids[1], ids[2], ids[4]]);
    expect(queued.every(({ replays, first }) => replays === 1 && first === undefined)).toBe(true);
    const one = await door.ask(`POST /v1/webhooks/${hook.id}/deliveries/${ids[3]}/replay`);
    expect([one.status, one.body.status]).toEqual([202, "waiting"]);
    for (const eventId of ["evt_1", "evt_01HZX0000000000000000000ZZ", "nothing"])
      expect((await door.ask(`POST /v1/webhooks/${hook.id}/deliveries/${eventId}/replay`)).body.code).toBe(
        "delivery.not-found",
      );
    const lost = await door.ask(`GET /v1/webhooks/${hook.id}/deliveries?cursor=somewhere`);
    expect([lost.status, lost.body.errors[0].field]).toEqual([400, "cursor"]);
  });
});

describe("a link in a message", () => {
  it("is made short, stands where the text wants it, and is too long where it is too long", async () => {
    const addresses = [{ kind: "phone", value: "+12125550123", lineType: "mobile" }];
    const contact = await door.ask("POST /v1/contacts", { timeZone: "America/New_York", addresses });
    const link = "https://northwind.example/parcels/7";
    const send = (text: string) =>
      door.ask("POST /v1/messages", {
        contactId: contact.body.id,
        category: "appointment",
        content: { text, link },
      });
    const { body } = await send("Your parcel: {{link}}.");
    expect(body.content.link).toMatch(/^https:\/\/nw\.example\/[0-9A-Za-z]{10}$/);
    expect(body.content.text).toBe(`Your parcel: ${body.content.link}.`);
    const long = await send(`{{link}}${"x".repeat(1_590)}`);
    expect([long.status, long.body.errors[0].field]).toEqual([400, "content.text"]);
    const messages = [
      { contactId: contact.body.id, category: "appointment", content: { text: "{{link}}", link } },
      {
        contactId: contact.body.id,
        category: "appointment",
        content: { text: `{{link}}${"x".repeat(1_590)}`, link },
      },
    ];
    const batch = await door.ask("POST /v1/messages/batch", { messages });
    expect(batch.body.results.map(({ status }: { status: number }) => status)).toEqual([202, 400]);
  });
});
