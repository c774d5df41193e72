import { describe, expect, expectTypeOf, it } from "vitest";
import {
  type Body,
  type CallOptions,
  heliograph,
  type Heliograph,
  HeliographProblem,
  HeliographUnreachable,
  type Reply,
} from "../../client/client.ts";
import type { MessageView } from "../../functions/messages/view.ts";

interface Seen {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: unknown;
}

type Answer = Response | Error | ((seen: Seen, signal: AbortSignal) => Promise<Response>);

/** A client whose calls get these answers, one after the other. */
function aClient(...answers: readonly Answer[]) {
  const seen: Seen[] = [];
  const slept: number[] = [];
  const api = heliograph({
    url: "https://api.example/",
    key: "hg_test",
    random: () => 1,
    sleep: async (milliseconds) => void slept.push(milliseconds),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const text = await request.text();
      const { url, method, headers } = request;
      const one = { url, method, headers, body: text ? JSON.parse(text) : undefined };
      seen.push(one);
      const answer = answers[seen.length - 1] ?? json(200, {});
      if (answer instanceof Error) throw answer;
      return typeof answer === "function" ? answer(one, request.signal) : answer;
    },
  });
  return { api, seen, slept };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

const content = { text: "Hi" };
const newMessage = { contactId: "con_1", category: "offer", content } as const;

describe("a call", () => {
  it("puts ids into the path, escaped, then the body", async () => {
    const { api, seen } = aClient();
    await api.changeAddress("con_1", "adr/2", { lineType: "mobile" });
    expect(seen[0]).toMatchObject({
      url: "https://api.example/v1/contacts/con_1/addresses/adr%2F2",
      method: "PATCH",
      body: { lineType: "mobile" },
    });
    expect(seen[0]?.headers.get("authorization")).toBe("Bearer hg_test");
    expect(seen[0]?.headers.has("idempotency-key")).toBe(false);
  });

  it("puts a query behind the path, without what was not given", async () => {
    const { api, seen } = aClient();
    await api.timelineOfContact("con_1", { limit: 5 });
    await api.findContacts({ address: "+1 212 555", externalId: undefined });
    await api.findContacts();
    expect(seen.map(({ url }) => url.slice("https://api.example".length))).toEqual([
      "/v1/contacts/con_1/timeline?limit=5",
      "/v1/contacts?address=%2B1+212+555",
      "/v1/contacts",
    ]);
  });

  it("refuses an empty id before it becomes another operation", async () => {
    const { api, seen } = aClient();
    await expect(api.getMessage("")).rejects.toThrow("messageId is missing");
    expect(seen).toEqual([]);
  });

  it("carries one key of its own on all its tries, and another one the next time", async () => {
    const { api, seen, slept } = aClient(json(503, {}), new TypeError("fetch failed"), json(202, {}));
    await api.sendMessage(newMessage);
    await api.sendMessage(newMessage);
    const keys = seen.map(({ headers }) => headers.get("idempotency-key"));
    expect(new Set(keys.slice(0, 3)).size).toBe(1);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[3]).not.toBe(keys[0]);
    expect(slept).toEqual([400, 800]);
  });

  it("uses the caller's key where there is one", async () => {
    const { api, seen } = aClient();
    await api.sendMessage(newMessage, { idempotencyKey: "order-1" });
    expect(seen[0]?.headers.get("idempotency-key")).toBe("order-1");
  });

  it("carries the version that was read", async () => {
    const { api, seen } = aClient(json(200, { id: "con_1" }, { etag: '"v7"' }));
    const contact = await api.getContact("con_1");
    await api.changeContact("con_1", { name: "Ada" }, { ifMatch: contact });
    expect(seen[1]?.headers.get("if-match")).toBe('"v7"');
    await expect(api.changeContact("con_1", { name: "Ada" }, { ifMatch: {} })).rejects.toThrow(TypeError);
    expect(seen).toHaveLength(2);
  });

  it("is not made again when a second one could do harm", async () => {
    const { api, seen } = aClient(new TypeError("socket closed"), json(500, {}));
    await expect(api.changeContact("con_1", { name: "Ada" })).rejects.toThrow(HeliographUnreachable);
    await expect(api.cancelMessage("msg_1")).rejects.toThrow(HeliographProblem);
    expect(seen).toHaveLength(2);
  });

  it("waits as long as the API asks before it is made again", async () => {
    const { api, slept } = aClient(json(429, {}, { "retry-after": "3" }));
    await api.pauseSender("us-number", { reason: "test" });
    expect(slept).toEqual([3_000]);
  });
});

describe("what goes wrong", () => {
  it("is a problem that names the fields", async () => {
    const errors = [{ field: "content.text", message: "is too long" }];
    const document = {
      status: 400,
      code: "body.invalid",
      title: "Not valid.",
      detail: "See errors.",
      errors,
    };
    const { api } = aClient(json(400, document));
    const error = await api.sendMessage(newMessage).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(HeliographProblem);
    expect(error).toMatchObject({ status: 400, code: "body.invalid", title: "Not valid.", errors });
    expect((error as HeliographProblem).about("content.text")).toBe("is too long");
    expect((error as HeliographProblem).about("category")).toBeUndefined();
    expect((error as Error).message).toBe("POST /v1/messages: Not valid. content.text: is too long");
  });

  it("is a problem also in the words of a gateway, or in none", async () => {
    const { api } = aClient(json(403, { message: "Forbidden" }), new Response("<html>", { status: 404 }));
    await expect(api.listSenders()).rejects.toMatchObject({
      status: 403,
      code: undefined,
      title: "Forbidden",
    });
    await expect(api.listSenders()).rejects.toMatchObject({ status: 404, code: undefined, errors: [] });
  });

  it("says when nobody answered, after five tries, with the cause", async () => {
    const cause = new TypeError("fetch failed");
    const { api, seen } = aClient(...Array.from({ length: 9 }, () => cause));
    await expect(api.listSenders()).rejects.toMatchObject({ name: "HeliographUnreachable", cause });
    expect(seen).toHaveLength(5);
  });

  it("ends with the caller's signal: before, during and between tries", async () => {
    const stop = new AbortController();
    const hanging = aClient(async (_, signal) => {
      stop.abort(new Error("enough"));
      signal.throwIfAborted();
      return json(200, {});
    });
    await expect(hanging.api.listSenders({ signal: stop.signal })).rejects.toThrow("enough");
    await expect(hanging.api.listSenders({ signal: stop.signal })).rejects.toThrow("enough");
    expect(hanging.seen).toHaveLength(1);
    const between = new AbortController();
    const waiting = heliograph({
      url: "https://api.example",
      key: "hg_test",
      fetch: async () => {
        setTimeout(() => between.abort(new Error("no more")), 5);
        return json(429, {}, { "retry-after": "60" });
      },
    });
    await expect(waiting.listSenders({ signal: between.signal })).rejects.toThrow("no more");
  });
});

describe("the types", () => {
  it("are those of the rows", () => {
    expectTypeOf<Reply<Heliograph["getMessage"]>>().toEqualTypeOf<MessageView>();
    expectTypeOf<Parameters<Heliograph["removeAddress"]>[0]>().toEqualTypeOf<string>();
    expectTypeOf<Body<Heliograph["sendMessage"]>>().toHaveProperty("category").toEqualTypeOf<string>();
    expectTypeOf<Body<Heliograph["recordConsent"]>["state"]>().toEqualTypeOf<"in" | "out">();
    expectTypeOf<Body<Heliograph["listSenders"]>>().toEqualTypeOf<never>();
  });

  it("want what an operation needs, and nothing else", () => {
    expectTypeOf<Parameters<Heliograph["getMessage"]>[0]>().not.toEqualTypeOf<string | undefined>();
    expectTypeOf<{ contactId: string }>().not.toExtend<Body<Heliograph["sendMessage"]>>();
    expectTypeOf<Parameters<Heliograph["timelineOfContact"]>[1]>().toEqualTypeOf<
      { limit?: number | undefined; cursor?: string | undefined } | undefined
    >();
    expectTypeOf<Parameters<Heliograph["getMessage"]>>().toEqualTypeOf<[string, CallOptions?]>();
    expectTypeOf<Parameters<Heliograph["listSenders"]>>().toEqualTypeOf<[CallOptions?]>();
  });
});
