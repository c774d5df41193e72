import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { keepMilliseconds, lockMilliseconds, type Remembered } from "../../functions/platform/idempotency.ts";
import type { IdempotencyStore } from "../../functions/platform/idempotency.store.ts";
import { sortableIds, timeOfId } from "../../functions/platform/ids.ts";
import { answerOnce, type Once } from "../../functions/platform/once.ts";
import { Problem } from "../../functions/platform/problem.ts";
import { noon } from "../make.ts";

const operation = {
  at: "POST /v1/things",
  does: "Creates a thing.",
  reply: z.unknown(),
  creates: true,
} as const;

/** A world whose clock the test turns, with a store in memory. */
function aWorld() {
  const rows = new Map<string, Remembered>();
  const clock = { time: noon, now: () => clock.time, sleepUntil: async () => undefined };
  const store: IdempotencyStore = {
    find: async (caller, key) => rows.get(caller + key),
    claim: async (caller, key, next, found) => {
      if (rows.get(caller + key)?.lockedUntil !== found?.lockedUntil) return false;
      rows.set(caller + key, next);
      return true;
    },
    finish: async (caller, key, finished) => void rows.set(caller + key, finished),
  };
  const once: Once = { store, clock, ids: sortableIds };
  const made: string[] = [];
  const ask = (
    more: {
      key?: string | undefined;
      callerId?: string;
      body?: string;
      path?: string;
      answer?: Parameters<typeof answerOnce>[2];
    } = {},
  ) => {
    const { callerId = "key_a", body = "{}", path = "/v1/things", answer } = more;
    const key = "key" in more ? more.key : "k";
    return answerOnce(once, { operation, event: { key, callerId }, path, body }, async (making) => {
      if (answer) return answer(making);
      const { newId } = making;
      made.push(newId("con"), newId("adr"), newId("adr"));
      return { statusCode: 201, body: JSON.stringify({ id: made.at(-3) }) };
    });
  };
  return { ask, made, clock };
}

const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => "no problem",
    (error: unknown) => (error instanceof Problem ? error.code : "failure"),
  );
const dies = async (): Promise<never> => {
  throw new Error("died");
};
const forever = () => new Promise<never>(() => undefined);

describe("a request with an Idempotency-Key", () => {
  it("is answered a second time with the first answer, and nothing is done again", async () => {
    const { ask, made } = aWorld();
    const first = await ask();
    const again = await ask();
    expect(again).toMatchObject({
      statusCode: 201,
      body: first.body,
      headers: { "idempotent-replayed": "true" },
    });
    expect(made).toHaveLength(3);
  });

  it("may not come with another body or at another path under the same key", async () => {
    const { ask } = aWorld();
    await ask();
    expect(await codeOf(ask({ body: "{ }" }))).toBe("idempotency.mismatch");
    expect(await codeOf(ask({ path: "/v1/things/1" }))).toBe("idempotency.mismatch");
  });

  it("shares its key with nobody", async () => {
    const { ask, made } = aWorld();
    await ask();
    await ask({ callerId: "key_b", body: "{ }" });
    expect(made).toHaveLength(6);
  });

  it("hears that it is in progress until the one before it has been given up", async () => {
    const { ask, clock } = aWorld();
    void ask({ answer: forever });
    expect(await codeOf(ask())).toBe("idempotency.in-progress");
    clock.time += lockMilliseconds - 1;
    expect(await codeOf(ask())).toBe("idempotency.in-progress");
    clock.time += 1;
    expect(await ask()).toMatchObject({ statusCode: 201 });
  });

  it("creates under the same ids when it takes over after a crash", async () => {
    const { ask, made, clock } = aWorld();
    const before: string[] = [];
    void ask({ answer: ({ newId }) => (before.push(newId("con"), newId("adr"), newId("adr")), forever()) });
    await Promise.resolve().then(() => new Promise((resolve) => setTimeout(resolve)));
    clock.time += lockMilliseconds;
    await ask();
    expect(made).toEqual(before);
    expect(new Set(made).size).toBe(3);
    expect(timeOfId(made[0] ?? "")).toBeLessThan(clock.time);
  });

  it("may come again at once after a failure or a problem", async () => {
    const { ask } = aWorld();
    expect(await codeOf(ask({ answer: dies }))).toBe("failure");
    expect(await codeOf(ask({ answer: () => Promise.reject(new Problem("address.taken")) }))).toBe(
      "address.taken",
    );
    expect(await ask()).toMatchObject({ statusCode: 201 });
  });

  it("is forgotten after a week", async () => {
    const { ask, made, clock } = aWorld();
    await ask();
    clock.time += keepMilliseconds;
    await ask({ body: "{ }" });
    expect(made).toHaveLength(6);
  });

  it.each(["", " ", "a b", "é", "x".repeat(256)])("must have a key that can be one: %j", async (key) => {
    expect(await codeOf(aWorld().ask({ key }))).toBe("request.invalid");
  });

  it("that has no key is done every time", async () => {
    const { ask, made } = aWorld();
    await ask({ key: undefined });
    await ask({ key: undefined });
    expect(new Set(made).size).toBe(6);
  });
});
