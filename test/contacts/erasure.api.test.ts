import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { itemOfMessage } from "../../functions/messages/message-item.ts";
import { PutCommand, ScanCommand } from "../../functions/platform/dynamo.store.ts";
import { idFrom } from "../../functions/platform/ids.ts";
import { aMessage } from "../make.ts";
import { type Door, openDoor } from "../door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());

const phone = "+12125550777";
const text = "Your parcel with the blue shoes arrives today.";
const marks = [phone, "crm-erase", "Grace", "grace@example.com", "blue shoes"];
const create = async (value: string, more = {}) =>
  (await door.ask("POST /v1/contacts", { ...more, addresses: [{ kind: "phone", value }] })).body;
const record = (contact: { id: string; addresses: { id: string }[] }, state: "in" | "out", at?: string) =>
  door.ask(`POST /v1/contacts/${contact.id}/consents`, {
    addressId: contact.addresses[0]?.id,
    purpose: "marketing",
    state,
    method: "web-form",
    ...(at && { at }),
  });
const statesOf = async (contactId: string) =>
  (await door.ask(`GET /v1/contacts/${contactId}/consents`)).body.states;
const everything = async () => {
  const tables = ["Contacts", "Messages"].map((TableName) =>
    door.aws.tables.send(new ScanCommand({ TableName })),
  );
  return JSON.stringify((await Promise.all(tables)).map(({ Items }) => Items));
};

describe("erasing a contact", () => {
  it("leaves nothing that says who they are, says what stays, and can be repeated", async () => {
    const addresses = [
      { kind: "phone", value: phone, lineType: "mobile" },
      { kind: "email", value: "grace@example.com" },
    ];
    const body = { name: "Grace", externalId: "crm-erase", timeZone: "America/New_York", addresses };
    const { body: contact } = await door.ask("POST /v1/contacts", body);
    await record(contact, "out");
    const message = {
      contactId: contact.id,
      category: "delivery-update",
      content: { text, title: "blue shoes" },
    };
    const sent = (await door.ask("POST /v1/messages", message)).body;
    const later = { ...message, sendAt: new Date(Date.now() + 86_400_000).toISOString() };
    const held = (await door.ask("POST /v1/messages", later)).body;
    expect(held.status).toBe("held");

    const erased = await door.ask(`DELETE /v1/contacts/${contact.id}`);
    expect(erased.status).toBe(200);
    expect(erased.body).toMatchObject({ contactId: contact.id, messagesErased: 2, isComplete: true });
    expect(erased.body.stays.length).toBeGreaterThan(2);
    const left = await everything();
    expect(marks.filter((mark) => left.includes(mark))).toEqual([]);
    expect((await door.ask(`GET /v1/contacts/${contact.id}`)).status).toBe(404);
    for (const { id } of [sent, held]) {
      const { body: shown } = await door.ask(`GET /v1/messages/${id}`);
      expect(shown).toMatchObject({
        content: { text: "(erased)", mediaUrls: [] },
        category: "delivery-update",
      });
      expect(shown.content.title).toBeUndefined();
    }
    expect((await door.ask(`GET /v1/messages/${held.id}`)).body.status).toBe("canceled");
    const again = await door.ask(`DELETE /v1/contacts/${contact.id}`);
    expect(again.body).toMatchObject({ messagesErased: 0, isComplete: true, erasedAt: erased.body.erasedAt });
    expect(door.aws.published).toContain("contact.erased");
  });

  it("is not complete while a message is being sent that nobody has stored yet", async () => {
    const { body: contact } = await door.ask("POST /v1/contacts", {
      addresses: [{ kind: "phone", value: "+12125550776" }],
    });
    const id = idFrom("msg", "carried to somebody who is erased");
    const claim = { at: Date.now(), is: "claimed", addressId: "adr_1", channel: "push", purpose: "service" };
    const gate = {
      contactId: contact.id,
      version: 1,
      consents: {},
      claims: { [`${id}.1`]: claim },
      reach: {},
    };
    const Item = { pk: contact.id, sk: "gate", version: 1, gate: { ...gate, unwritten: [] } };
    await door.aws.tables.send(new PutCommand({ TableName: "Contacts", Item }));
    const erase = async () => (await door.ask(`DELETE /v1/contacts/${contact.id}`)).body.isComplete;
    expect(await erase()).toBe(false);
    const stored = aMessage({ id, contactId: contact.id, status: "sent", content: { text, mediaUrls: [] } });
    const message = itemOfMessage(stored);
    await door.aws.tables.send(new PutCommand({ TableName: "Messages", Item: { ...message } }));
    expect(await erase()).toBe(true);
    expect((await door.ask(`GET /v1/messages/${id}`)).body.content.text).toBe("(erased)");
  });

  it("goes on blocking the number when somebody brings it back", async () => {
    const returned = await create(phone);
    expect(await statesOf(returned.id)).toMatchObject([
      { addressId: returned.addresses[0].id, purpose: "marketing", state: "out" },
    ]);
    const { body } = await door.ask(`GET /v1/contacts/${returned.id}/consents`);
    expect(body.ledger).toMatchObject([{ method: "carried-over", state: "out" }]);
  });

  it("knows nobody who was never there", async () => {
    expect((await door.ask("DELETE /v1/contacts/con_nobody")).body.code).toBe("contact.not-found");
    expect((await door.ask("DELETE /v1/contacts/external:nobody")).status).toBe(404);
  });
});

describe("a number that moves to another contact", () => {
  it("carries its opt-out, whichever way it leaves and comes", async () => {
    const number = "+12125550778";
    const first = await create(number);
    await record(first, "out");
    await door.ask(`DELETE /v1/contacts/${first.id}/addresses/${first.addresses[0].id}`);
    const second = (await door.ask("POST /v1/contacts", {})).body;
    const { body: withNumber } = await door.ask(`POST /v1/contacts/${second.id}/addresses`, {
      kind: "phone",
      value: number,
    });
    expect(await statesOf(second.id)).toMatchObject([{ state: "out" }]);
    await door.ask(`PUT /v1/contacts/${second.id}`, { addresses: [] });
    const third = (
      await door.ask("PUT /v1/contacts/external:third", { addresses: [{ kind: "phone", value: number }] })
    ).body;
    expect(await statesOf(third.id)).toMatchObject([{ addressId: third.addresses[0].id, state: "out" }]);
    expect(withNumber.addresses).toHaveLength(1);
  });

  it("carries no opt-in: nobody knows whether the person is the same", async () => {
    const number = "+12125550779";
    const first = await create(number);
    await record(first, "in");
    await door.ask(`DELETE /v1/contacts/${first.id}`);
    expect(await statesOf((await create(number)).id)).toEqual([]);
  });

  it("hears a newer opt-in of its new owner", async () => {
    const number = "+12125550780";
    const first = await create(number);
    await record(first, "out", new Date(Date.now() - 86_400_000).toISOString());
    await door.ask(`DELETE /v1/contacts/${first.id}`);
    const next = await create(number);
    await record(next, "in");
    expect(await statesOf(next.id)).toMatchObject([{ state: "in" }]);
  });
});
