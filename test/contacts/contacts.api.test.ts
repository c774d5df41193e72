import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());

let last = 100;
const aPhone = () => `+1212555${String((last += 1)).padStart(4, "0")}`;
const create = (body: object, headers = {}) => door.ask("POST /v1/contacts", body, headers);
const withPhone = (value: string) => ({ addresses: [{ kind: "phone", value }] });

describe("creating a contact", () => {
  it("keeps phone numbers in international form and mail domains in lower case", async () => {
    const addresses = [
      { kind: "phone", value: " (212) 555-0100" },
      { kind: "email", value: "Ada@Example.COM" },
    ];
    const { status, body } = await create({ name: "Ada", addresses });
    expect(status).toBe(201);
    expect(body.addresses).toMatchObject([{ value: "+12125550100" }, { value: "Ada@example.com" }]);
    expect(body.id).toMatch(/^con_/);
    expect(body.createdAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
  });

  it("names the field of an address that another contact has", async () => {
    const phone = aPhone();
    await create(withPhone(phone));
    const { status, body } = await create({
      addresses: [
        { kind: "phone", value: aPhone() },
        { kind: "phone", value: phone },
      ],
    });
    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "address.taken", errors: [{ field: "addresses.1.value" }] });
  });

  it("can be repeated without the address that was taken", async () => {
    const [free, taken] = [aPhone(), aPhone()];
    await create(withPhone(taken));
    await create({
      addresses: [
        { kind: "phone", value: free },
        { kind: "phone", value: taken },
      ],
    });
    expect((await create(withPhone(free))).status).toBe(201);
  });

  it.each([
    [{ nickname: "A" }, "nickname"],
    [{ preferences: { colour: "blue" } }, "preferences.colour"],
    [
      { preferences: { quietHours: { from: "21:00", to: "08:00", on: "sunday" } } },
      "preferences.quietHours.on",
    ],
    [{ addresses: [{ kind: "phone", value: "12" }] }, "addresses.0.value"],
    [{ addresses: [{ kind: "pigeon", value: "coo" }] }, "addresses.0.kind"],
    [{ addresses: [{ kind: "phone", value: "+12125550001", token: "x" }] }, "addresses.0.token"],
    [
      {
        addresses: [
          { kind: "phone", value: "+12125550001" },
          { kind: "phone", value: "212 555 0001" },
        ],
      },
      "addresses.1.value",
    ],
    [{ timeZone: "Mars/Olympus" }, "timeZone"],
    [{ attributes: { tooBig: 1e200 } }, "attributes.tooBig"],
  ])("refuses %j and names the field %s", async (body, field) => {
    const reply = await create(body);
    expect(reply.status).toBe(400);
    expect(reply.headers["content-type"]).toBe("application/problem+json");
    expect(reply.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it("answers the same request with the same key once, and another request with that key never", async () => {
    const key = { "idempotency-key": "create-1" };
    const body = withPhone(aPhone());
    const first = await create(body, key);
    const again = await create(body, key);
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect((await create({ ...body, name: "B" }, key)).body).toMatchObject({
      status: 422,
      code: "idempotency.mismatch",
    });
  });

  it("says that a request with the same key is still in progress when two come at once", async () => {
    const body = withPhone(aPhone());
    const both = await Promise.all([1, 2].map(() => create(body, { "idempotency-key": "create-2" })));
    const statuses = both.map(({ status }) => status).sort((one, other) => one - other);
    expect([
      [201, 201],
      [201, 409],
    ]).toContainEqual(statuses);
    expect(new Set(both.filter(({ status }) => status === 201).map((reply) => reply.body.id)).size).toBe(1);
  });

  it("gives an address to one of many who ask for it at the same moment", async () => {
    const phone = aPhone();
    const replies = await Promise.all(Array.from({ length: 8 }, () => create(withPhone(phone))));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});

describe("finding a contact", () => {
  it("finds by external id, by any spelling of a number, by mail address and by device token", async () => {
    const [phone, externalId] = [aPhone(), "crm-7"];
    const token = `apns:${"t".repeat(4000)}`;
    const addresses = [
      { kind: "phone", value: phone },
      { kind: "email", value: "find@me.example" },
      { kind: "device", value: token, platform: "apns" },
    ];
    const { body: made } = await create({ externalId, addresses });
    const national = phone.slice(2);
    const searches = [
      `externalId=${externalId}`,
      `address=${encodeURIComponent(phone)}`,
      `address=${phone}`,
      `address=${national}`,
    ];
    const all = [...searches, "address=find@ME.example", `address=${token}`];
    const found = await Promise.all(all.map((search) => door.ask(`GET /v1/contacts?${search}`)));
    expect(found.map(({ body }) => body.contacts)).toEqual(all.map(() => [made]));
  });

  it("finds nobody rather than somebody similar", async () => {
    const { body: made } = await create(withPhone(aPhone()));
    const token = `handset-${made.addresses[0].value.slice(1)}`;
    expect((await door.ask(`GET /v1/contacts?address=${token}`)).body.contacts).toEqual([]);
  });

  it("takes no more than one of external id and address", async () => {
    expect((await door.ask("GET /v1/contacts?externalId=a&address=bcd")).status).toBe(400);
  });

  it("knows nobody under an id that nobody has, however long it is", async () => {
    expect((await door.ask("GET /v1/contacts/con_nobody")).body.code).toBe("contact.not-found");
    expect((await door.ask(`GET /v1/contacts/${"x".repeat(3000)}`)).status).toBe(400);
  });
});

describe("changing a contact", () => {
  it("leaves everything alone that was not named", async () => {
    const { body: made } = await create({ name: "Ada", locale: "en-GB", ...withPhone(aPhone()) });
    const { body } = await door.ask(`PATCH /v1/contacts/${made.id}`, { name: "Ada L." });
    expect(body).toEqual({ ...made, name: "Ada L.", updatedAt: body.updatedAt });
  });

  it("loses nothing when many change it at the same moment", async () => {
    const { body: made } = await create({});
    const phones = [aPhone(), aPhone(), aPhone()];
    const path = `POST /v1/contacts/${made.id}/addresses`;
    await Promise.all(phones.map((value) => door.ask(path, { kind: "phone", value })));
    const { body } = await door.ask(`GET /v1/contacts/${made.id}`);
    expect(body.addresses.map(({ value }: { value: string }) => value).sort()).toEqual(phones);
  });

  it("brings a device up to date that the app reports again", async () => {
    const device = { kind: "device", value: "token-of-a-phone", platform: "fcm" };
    const { body: made } = await create({ addresses: [device] });
    const path = `/v1/contacts/${made.id}/addresses`;
    const { body } = await door.ask(`POST ${path}`, { ...device, permission: "granted" });
    expect(body.addresses).toEqual([{ ...made.addresses[0], permission: "granted" }]);
    const renewed = await door.ask(`PATCH ${path}/${made.addresses[0].id}`, {
      value: "token-after-reinstall",
    });
    expect(renewed.body.addresses).toEqual([{ ...body.addresses[0], value: "token-after-reinstall" }]);
  });

  describe("that is a browser's subscription", () => {
    const keys = {
      p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
      auth: "BTBZMqHH6r4Tts7J_aSIgg",
    };
    const browser = { kind: "device", platform: "web", value: "https://push.example.net/p/1", keys };

    it("is kept with what it is encrypted with, and found by its endpoint", async () => {
      const value = `${browser.value}/${"x".repeat(3000)}`;
      const { body } = await create({ addresses: [{ ...browser, value }] });
      expect(body.addresses).toMatchObject([{ platform: "web", value, keys }]);
      expect((await door.ask(`GET /v1/contacts?address=${value}`)).body.contacts).toEqual([body]);
      const path = `/v1/contacts/${body.id}/addresses/${body.addresses[0].id}`;
      const auth = "AAAAAAAAAAAAAAAAAAAAAA";
      const next = await door.ask(`PATCH ${path}`, { value: browser.value, keys: { ...keys, auth } });
      expect(next.body.addresses).toMatchObject([{ value: browser.value, keys: { auth } }]);
      const nowhere = await door.ask(`PATCH ${path}`, { value: "http://10.0.0.7/push" });
      expect(nowhere.body).toMatchObject({ status: 400, errors: [{ field: "value" }] });
    });

    it.each([
      ["without https", { value: "http://push.example.net/p/1" }, "value"],
      ["on another port", { value: "https://push.example.net:8443/p/1" }, "value"],
      ["at an address without a name", { value: "https://10.0.0.7/p/1" }, "value"],
      ["on this machine", { value: "https://localhost/p/1" }, "value"],
      ["with credentials", { value: "https://a:b@push.example.net/p/1" }, "value"],
      ["that is no address", { value: "token-of-an-app" }, "value"],
      ["without keys", { keys: undefined }, "keys"],
      ["with half a key", { keys: { ...keys, p256dh: "BCVx" } }, "keys.p256dh"],
      ["with a key that is no point", { keys: { ...keys, p256dh: `B${"A".repeat(86)}` } }, "keys.p256dh"],
      ["with a secret of another length", { keys: { ...keys, auth: "BTBZ" } }, "keys.auth"],
      ["with keys that an app does not have", { platform: "fcm" }, "keys"],
    ])("is refused %s, with the field that is wrong", async (_, change, field) => {
      const { body } = await create({
        addresses: [withPhone(aPhone()).addresses[0], { ...browser, ...change }],
      });
      expect(body).toMatchObject({ status: 400, errors: [{ field: `addresses.1.${field}` }] });
    });
  });

  it("does not let consent for one number pass to another", async () => {
    const { body: made } = await create(withPhone(aPhone()));
    const reply = await door.ask(`PATCH /v1/contacts/${made.id}/addresses/${made.addresses[0].id}`, {
      value: "+12125559999",
    });
    expect(reply.body).toMatchObject({ status: 400, errors: [{ field: "value" }] });
  });

  it("gives an address that was removed its old id when it comes back, so an opt-out still counts", async () => {
    const phone = aPhone();
    const { body: made } = await create(withPhone(phone));
    const path = `/v1/contacts/${made.id}/addresses`;
    const { body: without } = await door.ask(`DELETE ${path}/${made.addresses[0].id}`);
    expect(without).toMatchObject({ addresses: [] });
    expect(JSON.stringify(without)).not.toContain(phone);
    const { body } = await door.ask(`POST ${path}`, { kind: "phone", value: phone });
    expect(body.addresses).toEqual(made.addresses);
  });

  it("frees an address that was removed for other contacts", async () => {
    const phone = aPhone();
    const { body: made } = await create(withPhone(phone));
    await door.ask(`DELETE /v1/contacts/${made.id}/addresses/${made.addresses[0].id}`);
    expect((await create(withPhone(phone))).status).toBe(201);
  });

  it("names value when another contact has the address", async () => {
    const phone = aPhone();
    await create(withPhone(phone));
    const { body: made } = await create({});
    const reply = await door.ask(`POST /v1/contacts/${made.id}/addresses`, { kind: "phone", value: phone });
    expect(reply.body).toMatchObject({ code: "address.taken", errors: [{ field: "value" }] });
  });
});

describe("clearing fields", () => {
  it("takes null for a field that is no longer known, and frees an external id", async () => {
    const { body: made } = await create({ name: "Ada", externalId: "crm-8", region: "NY", country: "US" });
    const { body } = await door.ask(`PATCH /v1/contacts/${made.id}`, { externalId: null, region: null });
    const { externalId: _externalId, region: _region, ...rest } = made;
    expect(body).toEqual({ ...rest, updatedAt: body.updatedAt });
    expect((await create({ externalId: "crm-8" })).status).toBe(201);
  });
});

describe("putting a contact", () => {
  const put = (name: string, body: object, headers = {}) =>
    door.ask(`PUT /v1/contacts/${name}`, body, headers);

  it("creates them under the business's own id, and changes nothing when it is repeated", async () => {
    const body = { name: "Ada", ...withPhone(aPhone()) };
    const { body: made } = await put("external:crm-9", body);
    expect(made).toMatchObject({ ...body, externalId: "crm-9" });
    const again = await put("external:crm-9", body);
    expect(again.body).toEqual({ ...made, updatedAt: again.body.updatedAt });
    expect((await door.ask("GET /v1/contacts/external:crm-9")).body).toEqual(again.body);
  });

  it("creates one contact when many put the same at the same moment", async () => {
    const body = withPhone(aPhone());
    const replies = await Promise.all(Array.from({ length: 5 }, () => put("external:crm-10", body)));
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 200));
    expect(new Set(replies.map((reply) => reply.body.id)).size).toBe(1);
  });

  it("replaces what is known, keeps the ids of addresses that stay, and leaves preferences alone", async () => {
    const [kept, dropped, added] = [aPhone(), aPhone(), aPhone()];
    const id = "con_01HZX0000000000000000000PT";
    const phones = (...values: string[]) => values.map((value) => ({ kind: "phone", value }));
    const { body: made } = await put(id, { name: "Ada", addresses: phones(kept, dropped) });
    await door.ask(`PUT /v1/contacts/${id}/preferences`, { channels: ["push"] });
    const { body } = await put(id, { locale: "de", addresses: phones(added, kept) });
    expect(body.name).toBeUndefined();
    expect(body.preferences.channels).toEqual(["push"]);
    expect(body.addresses.map(({ value }: { value: string }) => value).sort()).toEqual([kept, added].sort());
    expect(body.addresses).toContainEqual(made.addresses[0]);
    expect((await create(withPhone(dropped))).status).toBe(201);
  });

  it("names the address that another contact has, and the path that names nobody", async () => {
    const phone = aPhone();
    await create(withPhone(phone));
    const body = {
      addresses: [
        { kind: "phone", value: aPhone() },
        { kind: "phone", value: phone },
      ],
    };
    const taken = { code: "address.taken", errors: [{ field: "addresses.1.value" }] };
    expect((await put("external:crm-11", body)).body).toMatchObject(taken);
    await put("external:crm-11", { addresses: [] });
    expect((await put("external:crm-11", body)).body).toMatchObject(taken);
    expect((await put("con_ada", { addresses: [] })).body.code).toBe("contact.not-found");
    expect((await put("external:", { addresses: [] })).body.errors[0].field).toBe("contactId");
    const other = { externalId: "crm-12", addresses: [] };
    expect((await put("external:crm-11", other)).body.errors[0].field).toBe("externalId");
  });

  it("loses no change to another: what is not as it was read stays", async () => {
    const { body: made } = await create({ name: "Ada" });
    const { headers } = await door.ask(`GET /v1/contacts/${made.id}`);
    const read = { "if-match": String(headers["etag"]) };
    expect((await put(made.id, { name: "One", addresses: [] }, read)).status).toBe(200);
    const late = await put(made.id, { name: "Two", addresses: [] }, read);
    expect(late.body).toMatchObject({
      status: 412,
      code: "precondition.failed",
      errors: [{ field: "If-Match" }],
    });
    expect((await door.ask(`PATCH /v1/contacts/${made.id}`, { name: "Two" }, read)).status).toBe(412);
    const now = await door.ask(`GET /v1/contacts/${made.id}`);
    expect(now.body.name).toBe("One");
    const same = { "if-none-match": String(now.headers["etag"]) };
    expect((await door.ask(`GET /v1/contacts/${made.id}`, undefined, same)).status).toBe(304);
  });
});

describe("the list of contacts", () => {
  it("has everyone once, newest first, a page at a time", async () => {
    const made: string[] = [];
    for (let number = 0; number < 7; number += 1) made.push((await create({ name: `${number}` })).body.id);
    const seen: string[] = [];
    let search = "limit=3";
    for (let pages = 0; search && pages < 200; pages += 1) {
      const { body } = await door.ask(`GET /v1/contacts?${search}`);
      expect(body.contacts.length).toBeLessThanOrEqual(3);
      seen.push(...body.contacts.map(({ id }: { id: string }) => id));
      search = body.nextCursor ? `limit=3&cursor=${body.nextCursor}` : "";
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(seen.toSorted().toReversed());
    expect(seen.filter((id) => made.includes(id))).toEqual(made.toReversed());
  });

  it.each(["x", "bm90LWpzb24", Buffer.from('["12345678","con_1"]').toString("base64url")])(
    "takes no cursor that it has not given: %s",
    async (cursor) => {
      const { status, body } = await door.ask(`GET /v1/contacts?cursor=${cursor}`);
      expect(status).toBe(400);
      expect(body.errors).toMatchObject([{ field: "cursor" }]);
    },
  );
});

describe("whatever is sent", () => {
  const field = fc.constantFrom(
    "name",
    "externalId",
    "addresses",
    "attributes",
    "preferences",
    "kind",
    "value",
    "timeZone",
    "locale",
    "",
  );
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.dictionary(field, fc.jsonValue()).map((json) => JSON.stringify(json)),
    fc
      .dictionary(fc.string(), fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean()))
      .map((attributes) => JSON.stringify({ attributes })),
    fc
      .array(
        fc.record({
          kind: fc.constantFrom("phone", "device", "email"),
          value: fc.string(),
          platform: fc.constantFrom("fcm", "apns", "web"),
        }),
      )
      .map((addresses) => JSON.stringify({ addresses })),
    fc
      .string({ minLength: 1, unit: "binary" })
      .map((externalId) => JSON.stringify({ externalId, name: externalId })),
    fc.constant('{"__proto__":{"name":1},"attributes":{"__proto__":"x","constructor":"y"}}'),
  );
  const operations = [
    "POST /v1/contacts",
    "PATCH /v1/contacts/con_x",
    "PUT /v1/contacts/con_x",
    "PUT /v1/contacts/external:fuzz",
    "PATCH /v1/contacts/external:fuzz",
    "PUT /v1/contacts/external:fuzz/preferences",
    "PATCH /v1/contacts/external:fuzz/preferences",
    "POST /v1/contacts/con_x/addresses",
    "POST /v1/contacts/con_x/consents",
    "POST /v1/messages",
  ];

  it("is done or is a problem that names what is wrong, never a failure of ours", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), body, async (operation, text) => {
        const reply = await door.ask(operation, text);
        expect(reply.status).toBeLessThan(500);
        const namesFields = reply.status !== 400 || reply.body.errors.length > 0;
        expect(namesFields).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
