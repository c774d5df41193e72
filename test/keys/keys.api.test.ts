import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../functions/platform/all.routes.ts";
import type { Operation } from "../../functions/platform/routes.ts";
import { allows, scopeOf, scopes } from "../../functions/platform/scope.ts";
import { type Door, openDoor } from "../door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());

const rows: readonly (readonly [string, Operation])[] = Object.entries(operations);
const locked = rows.filter(([, { access }]) => access !== "public");
const pathOf = ({ at }: Operation) => at.replaceAll(/\{\w+\}/g, "x");

describe("an operation", () => {
  it.each(locked)("%s needs a scope that a key can have", (_name, row) => {
    expect(scopes).toContain(scopeOf(row));
  });

  it.each(locked)(
    "%s stays closed to a key with every other scope, and to one with none",
    async (_name, row) => {
      const others = scopes.filter((scope) => scope !== scopeOf(row)).join(" ");
      for (const held of [others, ""]) {
        const { status, body } = await door.ask(pathOf(row), "{}", {}, { scopes: held });
        expect(status).toBe(403);
        expect(body).toMatchObject({
          code: "scope.missing",
          errors: [{ message: `the key lacks ${scopeOf(row)}` }],
        });
      }
    },
  );

  it.each(locked)("%s opens to a key with its scope alone", async (_name, row) => {
    const { body } = await door.ask(pathOf(row), "{}", {}, { scopes: scopeOf(row) });
    expect(body.code).not.toBe("scope.missing");
  });

  it("reads the scope from its path when it says none", () => {
    expect(scopeOf({ at: "GET /v1/contacts/{contactId}" })).toBe("contacts:read");
    expect(scopeOf({ at: "DELETE /v1/contacts/{contactId}" })).toBe("contacts:write");
    expect(allows(["contacts:write"], "contacts:read")).toBe(false);
  });
});

const create = (body: object, caller = {}) => door.ask("POST /v1/keys", body, {}, caller);

describe("API keys", () => {
  it("are shown once, and listed with what they may do", async () => {
    const { status, body } = await create({
      name: "shop",
      scopes: ["messages:write"],
      requestsPerMinute: 60,
    });
    expect(status).toBe(201);
    expect(body.key).toMatch(/^hg_/);
    const { body: list } = await door.ask("GET /v1/keys?limit=1");
    const { key, ...shown } = body;
    expect(list.keys).toEqual([shown]);
    expect(JSON.stringify(list)).not.toContain(key);
    expect((await door.ask(`GET /v1/keys/${shown.keyId}`)).body).toEqual(shown);
  });

  it("give nobody more than their maker has", async () => {
    const caller = { scopes: "keys:write messages:read" };
    expect((await create({ name: "a", scopes: ["messages:read"] }, caller)).status).toBe(201);
    for (const wanted of ["messages:write", "*"]) {
      const { status, body } = await create({ name: "a", scopes: ["messages:read", wanted] }, caller);
      expect([status, body.errors[0].field]).toEqual([403, "scopes"]);
    }
    const { body: strong } = await create({ name: "strong", scopes: ["*"] });
    const path = `/v1/keys/${strong.keyId}`;
    expect((await door.ask(`POST ${path}/rotate`, {}, {}, caller)).status).toBe(403);
    expect((await door.ask(`DELETE ${path}`, undefined, {}, caller)).status).toBe(403);
  });

  it("are rotated with an overlap, and ended", async () => {
    const { body: old } = await create({ name: "shop", scopes: ["messages:write"] });
    const { body: next } = await door.ask(`POST /v1/keys/${old.keyId}/rotate`, { overlapSeconds: 3600 });
    expect(next).toMatchObject({ name: "shop", scopes: ["messages:write"] });
    expect(next.key).not.toBe(old.key);
    const { body: seen } = await door.ask(`GET /v1/keys/${old.keyId}`);
    expect(seen.replacedBy).toBe(next.keyId);
    expect(Date.parse(seen.expiresAt) - Date.now()).toBeGreaterThan(3_500_000);
    expect((await door.ask(`DELETE /v1/keys/${old.keyId}`)).body.revokedAt).toBeDefined();
    expect((await door.ask(`POST /v1/keys/${old.keyId}/rotate`, {})).body.code).toBe("key.not-found");
  });

  it("say when they were last used", async () => {
    const { body: made } = await create({ name: "used", scopes: ["senders:read"] });
    await door.ask("GET /v1/senders", undefined, {}, { keyId: made.keyId, scopes: "senders:read" });
    expect((await door.ask(`GET /v1/keys/${made.keyId}`)).body.lastUsedAt).toBeDefined();
  });

  it.each([
    [{ name: "a", scopes: ["everything"] }, "scopes.0"],
    [{ name: "a", scopes: [] }, "scopes"],
    [{ name: "", scopes: ["*"] }, "name"],
    [{ name: "a", scopes: ["*"], expiresAt: "2020-01-01T00:00:00Z" }, "expiresAt"],
  ])("%j is refused, and %s is named", async (body, field) => {
    const reply = await create(body);
    expect(reply.body.errors[0].field).toBe(field);
  });
});

describe("a key that calls too often", () => {
  it("is told so, with the limit and when it may go on", async () => {
    const caller = { keyId: "key_busy", limit: "5" };
    const replies = [];
    for (let call = 0; call < 9; call += 1)
      replies.push(await door.ask("GET /v1/categories", undefined, {}, caller));
    const passed = replies.filter(({ status }) => status === 200);
    expect(passed.length).toBeGreaterThanOrEqual(5);
    expect(passed[0]?.headers).toMatchObject({ "ratelimit-policy": '"key";q=5;w=60' });
    const refused = replies.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.body.code).toBe("rate.exceeded");
    expect(Number(refused[0]?.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await door.ask("GET /v1/categories")).status).toBe(200);
  });
});
