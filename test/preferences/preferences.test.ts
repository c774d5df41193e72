import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Preferences } from "../../functions/preferences/preferences.ts";
import { capFor, isWanted, pausedUntil } from "../../functions/preferences/choice.ts";
import { decide } from "../../functions/messages/choose.ts";
import { dueNow } from "../../functions/senders/ready.ts";
import { newWorker } from "../../functions/senders/worker.ts";
import { business } from "../../heliograph.config.ts";
import { type Door, openDoor } from "../door.ts";
import { aCategory, aContact, aGate, aMessage, noon } from "../make.ts";
import { aWorld } from "../world.ts";

const consents = { "adr_phone/marketing": { state: "in" as const, at: noon, entryId: "cse_1" } };
const deciding = (preferences: Partial<Preferences>, category = aCategory(), more = {}) =>
  decide({
    message: aMessage(),
    category,
    contact: aContact({ preferences: { channels: [], ...preferences } }),
    gate: aGate({ consents }),
    senders: business.senders,
    brand: business.brand,
    now: noon,
    ...more,
  });
const offer = aCategory({ id: "offer", purpose: "marketing" });
const emergency = aCategory({ purpose: "emergency" });

describe("what a person chose", () => {
  it("keeps a category to the channels they want it on, best first", () => {
    const decision = deciding({ categories: { "delivery-update": ["push"] } });
    expect(decision).toMatchObject({ is: "send", plan: { steps: [{ channel: "push" }] } });
    const considered = decision.is === "send" ? decision.plan.considered : [];
    expect(considered).toContainEqual(expect.objectContaining({ channel: "sms", reason: "not-wanted" }));
    expect(considered[0]?.points).toContainEqual(expect.objectContaining({ for: "preference" }));
  });

  it("ends what is wanted on no channel, with that as the reason", () => {
    expect(deciding({ categories: { "delivery-update": [] } })).toMatchObject({
      is: "suppress",
      reason: "not-wanted",
    });
  });

  it("never stops an emergency", () => {
    const preferences = { categories: { "delivery-update": [] }, pausedUntil: noon + 86_400_000 };
    expect(deciding(preferences, emergency).is).toBe("send");
  });

  it("says nothing about categories that have an inherited name", () => {
    expect(isWanted("sms", { channels: [], categories: {} }, aCategory({ id: "constructor" }))).toBe(true);
  });

  it("pauses marketing and service, and nothing that somebody waits for", () => {
    const until = noon + 3_600_000;
    const paused = (purpose: "marketing" | "service" | "transactional" | "otp" | "emergency") =>
      pausedUntil({ channels: [], pausedUntil: until }, purpose, noon);
    expect([paused("marketing"), paused("service")]).toEqual([until, until]);
    expect([paused("transactional"), paused("otp"), paused("emergency")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(deciding({ pausedUntil: until }, offer)).toMatchObject({
      is: "hold",
      until,
      reason: "contact-paused",
    });
    const tooLong = { pausedUntil: noon + 30 * 86_400_000 };
    expect(deciding(tooLong, offer)).toMatchObject({ is: "suppress", reason: "contact-paused" });
    expect(deciding({ pausedUntil: noon - 1 }, offer).is).toBe("send");
  });

  it("lowers the cap of marketing, and never raises it", () => {
    fc.assert(
      fc.property(
        fc.option(fc.integer({ min: 1, max: 100 })),
        fc.integer({ min: 0, max: 100 }),
        (cap, own) => {
          const category = aCategory({ purpose: "marketing", ...(cap !== null && { capPerMonth: cap }) });
          expect(capFor(category, { channels: [], marketingPerMonth: own })).toBe(Math.min(cap ?? 4, own));
          expect(capFor(aCategory(), { channels: [], marketingPerMonth: own })).toBeUndefined();
        },
      ),
    );
    expect(deciding({ marketingPerMonth: 0 }, offer)).toMatchObject({ reason: "contact-frequency-reached" });
  });
});

describe("what a person chooses while their message waits for its sender", () => {
  const attempt = {
    id: "msg_01HZX0000000000000000000MM.1",
    step: 0,
    channel: "sms" as const,
    addressId: "adr_phone",
    senderId: "us-number",
    status: "queued" as const,
    queuedAt: noon,
  };
  const plan = {
    steps: [{ channel: "sms" as const, addressId: "adr_phone", senderId: "us-number", waitSeconds: 0 }],
    considered: [],
    decidedAt: noon,
  };
  const due = async (preferences: Partial<Preferences>, category: string) => {
    const message = aMessage({ category, status: "queued", step: 0, plan, attempts: [attempt] });
    const world = aWorld(message, { preferences: { channels: [], ...preferences } });
    const { sender } = world.using;
    const one = {
      index: 0,
      delivery: { messageId: "q", receiveCount: 1 },
      message,
      attempt,
      sender,
      segments: 1,
      isUrgent: false,
    };
    // oxlint-disable-next-line typescript/no-explicit-any -- the world has what is asked for here, and not the slots
    const found = await dueNow(one, { ...world.using, worker: newWorker("test") } as any);
    return { found, message: world.messages.get(message.id) };
  };

  it("counts: the channel is closed, or the message waits", async () => {
    expect((await due({}, "appointment")).found).toBeDefined();
    const closed = await due({ categories: { appointment: ["push"] } }, "appointment");
    expect(closed.found).toBeUndefined();
    expect(closed.message).toMatchObject({ status: "suppressed", reason: "not-wanted" });
    const paused = await due({ pausedUntil: noon + 7_200_000 }, "appointment");
    expect(paused.message).toMatchObject({
      status: "held",
      reason: "contact-paused",
      heldUntil: noon + 7_200_000,
    });
  });
});

describe("the preferences of a contact", () => {
  let door: Door;
  let path = "";
  beforeAll(async () => {
    door = await openDoor();
    const { body } = await door.ask("POST /v1/contacts", { name: "Ada" });
    path = `/v1/contacts/${body.id}/preferences`;
  });
  afterAll(() => door.aws.stop());

  it("are replaced, changed in part, and taken back with null", async () => {
    const whole = {
      channels: ["push", "sms"],
      categories: { offer: ["push"] },
      quietHours: { from: "21:00", to: "08:00" },
      marketingPerMonth: 2,
      language: "de",
      pausedUntil: "2027-01-01T00:00:00.000Z",
    };
    expect((await door.ask(`PUT ${path}`, whole)).body).toEqual(whole);
    const { body } = await door.ask(`PATCH ${path}`, { pausedUntil: null, marketingPerMonth: 1 });
    const { pausedUntil: _pause, ...rest } = whole;
    expect(body).toEqual({ ...rest, marketingPerMonth: 1 });
    expect((await door.ask(`GET ${path}`)).body).toEqual(body);
  });

  it("are not lost to a change that was made from older ones", async () => {
    const { headers } = await door.ask(`GET ${path}`);
    const read = { "if-match": String(headers["etag"]) };
    expect((await door.ask(`PATCH ${path}`, { language: "fr" }, read)).status).toBe(200);
    expect((await door.ask(`PATCH ${path}`, { language: "es" }, read)).status).toBe(412);
  });

  it.each([
    [{ categories: { lottery: ["sms"] } }, "categories.lottery"],
    [{ channels: ["pigeon"] }, "channels.0"],
    [{ language: "German" }, "language"],
    [{ pausedUntil: "tomorrow" }, "pausedUntil"],
    [{ colour: "blue" }, "colour"],
  ])("%j is refused, and %s is named", async (body, field) => {
    const reply = await door.ask(`PATCH ${path}`, body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error: { field: string }) => error.field)).toContain(field);
  });

  it("can be given for the categories that are listed", async () => {
    const { body } = await door.ask("GET /v1/categories");
    expect(body.categories.map(({ id }: { id: string }) => id)).toEqual(
      business.categories.map(({ id }) => id),
    );
    const shown = (await door.ask("GET /v1/categories/offer")).body;
    expect(shown).toMatchObject({ purpose: "marketing", capPerMonth: 4, quietHours: "hold" });
    expect((await door.ask("GET /v1/categories/lottery")).body.code).toBe("category.unknown");
  });
});
