import { afterAll, beforeAll, expect, it } from "vitest";
import { crowdOf } from "../../bin/crowd.ts";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";

const count = 150;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
/** What was under way when the switch was turned has gone out by then. */
const silenceSeconds = 15;

let laptop: Laptop;
let api: Api;
beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: noon });
  api = apiOf(laptop);
});
afterAll(async () => laptop.stop());

it("brings each recipient to one final state although it is paused in the middle", async () => {
  const people = await crowdOf(api, count);
  const asked = {
    name: "Parcels",
    category: "delivery-update",
    content: { text: "Parcels arrive on Friday." },
  };
  const { id } = (await api.post("/v1/campaigns", asked)).body;
  // Two pages, and somebody who stands on both.
  for (const [page, contactIds] of [people.slice(0, 100), people.slice(99)].entries())
    expect((await api.put(`/v1/campaigns/${id}/recipients/${page + 1}`, { contactIds })).status).toBe(200);
  const preview = (await api.get(`/v1/campaigns/${id}/preview?sample=1000`)).body;
  expect(preview).toMatchObject({ looked: count + 1, suppressed: [] });
  expect(preview.sends).toMatchObject([{ channel: "sms", senderId: "us-number", messages: count + 1 }]);
  expect((await api.post(`/v1/campaigns/${id}/launch`, {})).status).toBe(202);

  await until("a part of it to be sent", sent, (texts) => texts > 20, 120);
  expect((await api.post(`/v1/campaigns/${id}/pause`, { reason: "wrong day" })).body.status).toBe("paused");
  const atRest = await silence();
  expect(atRest).toBeLessThan(count);
  const paused = await until(
    "all others to wait",
    async () => (await api.get(`/v1/campaigns/${id}`)).body,
    ({ counts }: Json) => counts.queued + counts.sending === 0,
    180,
  );
  expect(sumOf(paused)).toBe(count + 1);
  expect(paused.counts).toMatchObject({ held: count - atRest, duplicate: 1 });
  expect(sent(), "nothing has gone out meanwhile").toBe(atRest);

  expect((await api.post(`/v1/campaigns/${id}/resume`, {})).body.paused).toBeUndefined();
  const done = await until(
    "everybody to have it",
    async () => (await api.get(`/v1/campaigns/${id}`)).body,
    (view: Json) => {
      passTime();
      return view.status === "done";
    },
    600,
  );
  expect(done.counts).toMatchObject({ delivered: count, duplicate: 1 });
  expect(sumOf(done)).toBe(count + 1);
  const list = (search: string) => api.get(`/v1/campaigns/${id}/messages?limit=100${search}`);
  const first = (await list("")).body;
  const second = (await list(`&cursor=${first.nextCursor}`)).body;
  const lines: Json[] = [...first.messages, ...second.messages];
  expect(lines.map(({ contactId }) => contactId)).toEqual(people);
  expect(new Set(lines.map(({ status }) => status))).toEqual(new Set(["delivered"]));
  expect(second.nextCursor).toBeUndefined();
  expect((await list("&status=suppressed")).body.messages).toEqual([]);
  expect((await list(`&status=queued&cursor=${first.nextCursor}`)).status, "a cursor of another list").toBe(
    400,
  );
  const texts = laptop.carriers.handsets.truth().texts.filter(({ direction }) => direction !== "inbound");
  expect(new Set(texts.map(({ handset }) => handset)).size, "each person got it").toBe(count);
  expect(texts.length, "and got it once").toBe(count);
}, 720_000);

function sent(): number {
  return laptop.carriers.handsets.truth().texts.filter(({ direction }) => direction !== "inbound").length;
}

/** Until nothing has gone out for a while; returns how many have. */
async function silence(): Promise<number> {
  let [texts, since] = [sent(), laptop.cloud.clock.now()];
  await until(
    "silence",
    () => {
      const now = laptop.cloud.clock.now();
      if (sent() !== texts) [texts, since] = [sent(), now];
      return now - since;
    },
    (quiet) => quiet > silenceSeconds * 1_000,
    180,
  );
  return texts;
}

let [lastTexts, lastAt] = [0, 0];

/** A worker that was cut off leaves a message to the sweeper, minutes later: once nothing goes out any more, let those minutes pass. */
function passTime(): void {
  const { clock } = laptop.cloud;
  if (sent() !== lastTexts || lastAt === 0) [lastTexts, lastAt] = [sent(), clock.now()];
  if (clock.now() - lastAt < silenceSeconds * 1_000) return;
  clock.advance(120_000);
  lastAt = clock.now();
}

function sumOf({ counts }: Json): number {
  return Object.values<number>(counts).reduce((sum, one) => sum + one, 0);
}
