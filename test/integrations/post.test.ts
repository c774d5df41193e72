import { describe, expect, it } from "vitest";
import type { Delivery } from "../../functions/integrations/delivery.ts";
import { fanOut } from "../../functions/integrations/fan-out.ts";
import { postOne, type PostUsing } from "../../functions/integrations/post.ts";
import { replay, replaySince } from "../../functions/integrations/replay.ts";
import { webhooksReader } from "../../functions/integrations/read.ts";
import type { ToPost } from "../../functions/integrations/to-post.ts";
import type { Webhook } from "../../functions/integrations/webhook.ts";
import type { Happening } from "../../functions/platform/events.ts";
import type { GuardedPost, Posted } from "../../functions/platform/guarded-post.ts";
import { noon } from "../make.ts";
import { aDelivery, aWebhook } from "./make.ts";

const minute = 60_000;
const first = aDelivery();
const toPost: ToPost = {
  webhookId: first.webhookId,
  eventId: first.eventId,
  replays: 0,
  first: { type: first.type, body: first.body },
};
const { first: _first, ...again } = toPost;

/** One endpoint, and everything that posting to it works with, in memory. */
function anEndpoint(webhook: Webhook = aWebhook()) {
  const now = { at: noon };
  const webhooks = new Map([[webhook.id, webhook]]);
  const deliveries = new Map<string, Delivery>();
  const posted: GuardedPost[] = [];
  const later: { item: ToPost; number: number; at: number }[] = [];
  const shownAfter: number[] = [];
  const happenings: Happening[] = [];
  const queued: ToPost[] = [];
  const state = { answer: { is: "answered", status: 200 } as Posted };
  const using: PostUsing = {
    list: async () => [webhook],
    webhooks: {
      find: async (id) => webhooks.get(id),
      replace: async (next, seen) => {
        if (webhooks.get(next.id)?.version !== seen.version) return false;
        webhooks.set(next.id, { ...next, version: seen.version + 1 });
        return true;
      },
    },
    deliveries: {
      find: async (_, eventId) => deliveries.get(eventId),
      keep: async (next, seen) => {
        if ((deliveries.get(next.eventId)?.version ?? 0) !== seen.version) return false;
        deliveries.set(next.eventId, { ...next, version: seen.version + 1 });
        return true;
      },
    },
    secretOf: async () => "whsec_TWZLUTlyOEdLWXFyVHdqVVBEOElMUFpJbzJMYUxhU3c=",
    post: async (one) => {
      posted.push(one);
      return state.answer;
    },
    showAgain: async (_, seconds) => void shownAfter.push(seconds),
    postLater: async (item, number, at) => void later.push({ item, number, at }),
    publish: async (some) => void happenings.push(...some),
    clock: { now: () => now.at, sleepUntil: async () => undefined },
  };
  const replaying = {
    deliveries: { ...using.deliveries, listSince: async () => [...deliveries.values()] },
    sendToPosts: async (items: readonly ToPost[]) => void queued.push(...items),
  };
  const receive = (item: ToPost, receiveCount = 1) =>
    postOne(item, { messageId: "1", receiveCount, receiptHandle: "handle" }, using);
  const kept = () => deliveries.get(first.eventId);
  return {
    now,
    webhooks,
    posted,
    later,
    shownAfter,
    happenings,
    queued,
    state,
    using,
    replaying,
    receive,
    kept,
  };
}
const refusal: Posted = { is: "answered", status: 500 };

describe("an event for an endpoint", () => {
  it("is posted once, signed, and written down", async () => {
    const { receive, posted, kept } = anEndpoint();
    expect(await receive(toPost)).toBe("done");
    expect(posted).toHaveLength(1);
    expect(posted[0]).toMatchObject({ url: aWebhook().url, body: first.body });
    expect(posted[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(kept()).toMatchObject({ status: "delivered", tries: [{ at: noon, status: 200 }] });
    expect(await receive(toPost, 2), "the same item again").toBe("done");
    expect(posted).toHaveLength(1);
  });

  it("waits for seconds on its queue and for minutes by a schedule", async () => {
    const { receive, state, shownAfter, later, now, kept } = anEndpoint();
    state.answer = refusal;
    expect(await receive(toPost)).toBe("again");
    expect(shownAfter).toEqual([5]);
    now.at += 5_000;
    expect(await receive(toPost, 2)).toBe("done");
    expect(later).toEqual([{ item: again, number: 2, at: noon + 5_000 + 5 * minute }]);
    now.at += 5 * minute;
    state.answer = { is: "answered", status: 200 };
    expect(await receive(again)).toBe("done");
    expect(kept()).toMatchObject({ status: "delivered", tried: 3 });
  });

  it("is put off again, and not posted, when its worker died between writing and putting off", async () => {
    const { receive, state, later, using, now, posted } = anEndpoint();
    state.answer = refusal;
    await receive(toPost);
    now.at += 5_000;
    const dying = { ...using, postLater: () => Promise.reject(new Error("died")) };
    const delivery = { messageId: "1", receiveCount: 2, receiptHandle: "handle" };
    await expect(postOne(toPost, delivery, dying)).rejects.toThrow("died");
    expect(await receive(toPost, 3)).toBe("done");
    expect(posted).toHaveLength(2);
    expect(later).toMatchObject([{ number: 2 }]);
  });

  it("is posted again, under the same id, when its worker died before anything was written", async () => {
    const { receive, using, posted } = anEndpoint();
    const keep = () => Promise.reject(new Error("died"));
    const dying = { ...using, deliveries: { ...using.deliveries, keep } };
    const delivery = { messageId: "1", receiveCount: 1, receiptHandle: "handle" };
    await expect(postOne(toPost, delivery, dying)).rejects.toThrow("died");
    expect(await receive(toPost, 2)).toBe("done");
    expect(new Set(posted.map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([first.eventId]));
    expect(posted).toHaveLength(2);
  });

  it("that two workers hold at once stays delivered when either of them got it through", async () => {
    const { receive, state, kept, using } = anEndpoint();
    const slow = { ...using, post: async () => (await receive(toPost), refusal) };
    state.answer = { is: "answered", status: 200 };
    await postOne(toPost, { messageId: "1", receiveCount: 1, receiptHandle: "handle" }, slow);
    expect(kept()?.status).toBe("delivered");
  });

  it("comes to nothing when the endpoint was removed, and to a line in its log when it is disabled", async () => {
    const { receive, webhooks, posted, kept, using } = anEndpoint();
    webhooks.clear();
    const nobody = { ...using, list: async () => [] };
    await postOne(toPost, { messageId: "1", receiveCount: 1, receiptHandle: "handle" }, nobody);
    expect([posted.length, kept()]).toEqual([0, undefined]);
    const off = anEndpoint(aWebhook({ disabled: { reason: "by-hand", at: noon } }));
    await off.receive(toPost);
    expect([off.posted.length, off.kept()?.status]).toEqual([0, "skipped"]);
    void receive;
  });

  it("goes to an endpoint that is newer than the list", async () => {
    const { using, posted } = anEndpoint();
    const stale = { ...using, list: async () => [] };
    await postOne(toPost, { messageId: "1", receiveCount: 1, receiptHandle: "handle" }, stale);
    expect(posted).toHaveLength(1);
  });

  it("disables an endpoint that is gone, once, and tells of it", async () => {
    const { receive, state, webhooks, happenings } = anEndpoint();
    state.answer = { is: "answered", status: 410 };
    await Promise.all([receive(toPost), receive({ ...toPost, eventId: `${first.eventId.slice(0, -1)}0` })]);
    expect(webhooks.get(first.webhookId)?.disabled?.reason).toBe("gone");
    expect(happenings).toEqual([
      { name: "webhook.disabled", detail: { webhookId: first.webhookId, reason: "gone" } },
    ]);
  });
});

describe("a replay", () => {
  it("starts the schedule anew, and what was planned before comes to nothing", async () => {
    const { receive, state, replaying, queued, posted, kept } = anEndpoint();
    state.answer = refusal;
    await receive(toPost);
    const before = kept() ?? first;
    await replay(before, replaying);
    expect(queued).toEqual([{ ...again, replays: 1 }]);
    expect(await receive(again), "the old schedule fires").toBe("done");
    expect(posted).toHaveLength(1);
    state.answer = { is: "answered", status: 200 };
    await receive({ ...again, replays: 1 });
    expect(kept()).toMatchObject({ status: "delivered", replays: 1, tried: 1 });
  });

  it("of what was missed leaves alone what was taken or is on its way", async () => {
    const { replaying, queued } = anEndpoint();
    const statuses = ["delivered", "failed", "skipped", "waiting"] as const;
    const all = statuses.map((status, index) =>
      aDelivery({ status, eventId: `${first.eventId.slice(0, -1)}${index}` }),
    );
    const using = { ...replaying, deliveries: { ...replaying.deliveries, listSince: async () => all } };
    const wanted = { webhookId: first.webhookId, since: noon };
    expect(await replaySince({ ...wanted, which: "missed" }, using)).toEqual({ replayed: 2 });
    expect(queued.map(({ eventId }) => eventId.at(-1))).toEqual(["1", "2"]);
  });
});

describe("an event on the bus", () => {
  const event = {
    id: "3f2c",
    source: "heliograph" as const,
    "detail-type": "consent.changed",
    time: "2026-11-23T17:00:00Z",
    detail: { happened: [{ contactId: "con_1" }, { contactId: "con_2" }] },
  };

  it("goes to each endpoint that wants to hear of it, under one id however often the bus brings it", async () => {
    const [all, some] = [aWebhook({ id: "whk_1" }), aWebhook({ id: "whk_2", events: ["message.status"] })];
    const sent: ToPost[] = [];
    const using = {
      webhooks: async () => [all, some],
      sendToPosts: async (items: readonly ToPost[]) => void sent.push(...items),
    };
    await fanOut(event, using);
    await fanOut(event, using);
    expect(sent.map(({ webhookId }) => webhookId)).toEqual(["whk_1", "whk_1", "whk_1", "whk_1"]);
    expect(new Set(sent.map(({ eventId }) => eventId)).size, "each thing that happened is one").toBe(2);
    expect(JSON.parse(sent[0]?.first?.body ?? "")).toEqual({
      id: sent[0]?.eventId,
      type: "consent.changed",
      timestamp: "2026-11-23T17:00:00.000Z",
      data: { contactId: "con_1" },
    });
  });

  it("that we tell nobody of goes to nobody", async () => {
    const sent: ToPost[] = [];
    const using = {
      webhooks: async () => [aWebhook()],
      sendToPosts: async (items: readonly ToPost[]) => void sent.push(...items),
    };
    await fanOut({ ...event, "detail-type": "something.else" }, using);
    expect(sent).toEqual([]);
  });
});

it("endpoints are read once in five seconds, and again at once after a read that failed", async () => {
  const now = { at: noon };
  let reads = 0;
  const clock = { now: () => now.at, sleepUntil: async () => undefined };
  const read = webhooksReader(async () => {
    reads += 1;
    if (reads === 1) throw new Error("the table is out");
    return [aWebhook()];
  }, clock);
  await expect(read()).rejects.toThrow();
  await Promise.all([read(), read(), read()]);
  expect(reads).toBe(2);
  now.at += 5_000;
  await read();
  expect(reads).toBe(3);
});
