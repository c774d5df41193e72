import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
let path: string;
let addressId: string;
beforeAll(async () => {
  door = await openDoor();
  const { body } = await door.ask("POST /v1/contacts", {
    addresses: [{ kind: "phone", value: "+12125550123" }],
  });
  path = `/v1/contacts/${body.id}/consents`;
  addressId = body.addresses[0].id;
});
afterAll(() => door.aws.stop());

const record = (more: object, headers = {}) =>
  door.ask(
    `POST ${path}`,
    { addressId, purpose: "marketing", state: "in", method: "web-form", ...more },
    headers,
  );
const stateNow = async () => (await door.ask(`GET ${path}`)).body.states;

describe("the consents of a contact", () => {
  it("tell the state and, newest first, the proof of it with who recorded it", async () => {
    await record({ textShown: "Yes, text me offers.", at: "2026-01-05T10:00:00Z" });
    await record({ state: "out", method: "agent", at: "2026-01-06T10:00:00+01:00" });
    const { body } = await door.ask(`GET ${path}`);
    expect(body.states).toEqual([
      { addressId, purpose: "marketing", state: "out", since: "2026-01-06T09:00:00.000Z" },
    ]);
    expect(body.ledger).toMatchObject([
      { state: "out", method: "agent", actor: "key_test" },
      { state: "in", textShown: "Yes, text me offers.", at: "2026-01-05T10:00:00.000Z" },
    ]);
  });

  it("keep what is newer when something older is recorded later", async () => {
    await record({ purpose: "service", state: "out", at: "2026-03-01T00:00:00Z" });
    await record({ purpose: "service", state: "in", at: "2026-02-01T00:00:00Z" });
    expect(await stateNow()).toContainEqual(expect.objectContaining({ purpose: "service", state: "out" }));
  });

  it("have one entry for a request that was sent twice", async () => {
    const key = { "idempotency-key": "consent-1" };
    const [first, again] = [await record({ purpose: "otp" }, key), await record({ purpose: "otp" }, key)];
    expect(again.body).toEqual(first.body);
    const { body } = await door.ask(`GET ${path}`);
    expect(body.ledger.filter(({ purpose }: { purpose: string }) => purpose === "otp")).toHaveLength(1);
  });

  it.each([
    [{ at: "2126-01-01T00:00:00Z" }, 400, "at"],
    [{ purpose: "gossip" }, 400, "purpose"],
    [{ state: "maybe" }, 400, "state"],
    [{ because: "x" }, 400, "because"],
    [{ addressId: "adr_other" }, 404, "addressId"],
  ])("refuse %j with %i and name %s", async (more, status, field) => {
    expect((await record(more)).body).toMatchObject({ status, errors: [{ field }] });
  });

  it("make every change known", () => {
    expect(door.aws.published).toContain("consent.changed");
  });
});
