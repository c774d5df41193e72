import { describe, expect, it } from "vitest";
import { closeGate } from "../../functions/consent/gate.store.ts";
import { erasedText } from "../../functions/messages/erase.ts";
import { allOn, switchedOff } from "../../functions/switches/switch.ts";
import { aContact, aSender, noon } from "../make.ts";
import { aQueuedMessage, aStep, aWorld, messageId, type World } from "./deliver.fixture.ts";

const attemptId = `${messageId(1)}.1`;
const push = aStep({ channel: "push", addressId: "adr_app", senderId: "app", waitSeconds: 60 });
const app = aSender({ id: "app", kind: "push-app", identity: "app", channels: ["push"] });
const ofCampaign = { campaignId: "cmp_1", campaignPage: 1 };
const refused = { is: "refused", reason: "unregistered" } as const;
const busy = { is: "busy", reason: "429", retryAfterSeconds: 600 } as const;

/** A notification with a text behind it, and a text, as the queue of their sender carries them. */
const aNotification = () => aQueuedMessage(ofCampaign, [push, aStep()]);
const aText = () => aQueuedMessage(ofCampaign);

/** A world whose queue carries a message; every call to a store has its name in a list. */
function aCarryingWorld(carried = aNotification(), more: Parameters<typeof aWorld>[0] = {}) {
  const order: string[] = [];
  const sender = carried.attempts[0]?.channel === "push" ? app : aSender();
  const before = (name: string) => void order.push(name);
  return { world: aWorld({ messages: [], carried: [carried], sender, before, ...more }), order };
}

describe("a message that its queue carries", () => {
  it("is sent and then stored, with the provider's answer", async () => {
    const { world, order } = aCarryingWorld();
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.message()).toMatchObject({
      status: "sent",
      version: 1,
      attempts: [{ status: "provider-accepted" }],
    });
    expect(world.message().timeline.map(({ what }) => what)).toContain("sending");
    expect(order.filter((name) => name === "messages.replace")).toHaveLength(1);
    expect(order.indexOf("gates.replace")).toBeLessThan(order.indexOf("send"));
    expect(order.indexOf("send")).toBeLessThan(order.indexOf("messages.replace"));
    expect(world.joined).toHaveLength(1);
  });

  it("is stored before the call where a receipt will say what the answer says", async () => {
    const { world, order } = aCarryingWorld(aText());
    await world.deliver();
    expect(world.message()).toMatchObject({ status: "sending", version: 1 });
    expect(order.filter((name) => name === "messages.replace")).toHaveLength(1);
    expect(order.indexOf("messages.replace")).toBeLessThan(order.indexOf("send"));
  });

  it("is sent once, however many copies of it come", async () => {
    for (const message of [aNotification(), aText()]) {
      const { world } = aCarryingWorld(message);
      const outcomes = await world.deliver(attemptId, attemptId, attemptId);
      expect(world.calls).toHaveLength(1);
      expect(outcomes.filter((one) => one === "done").length).toBeGreaterThan(0);
      expect(await world.deliver()).toEqual(["done"]);
      expect(world.calls).toHaveLength(1);
      expect(world.message().attempts).toHaveLength(1);
    }
  });

  it("is left alone once somebody has stored it, and made when nobody has begun it", async () => {
    const { world } = aCarryingWorld();
    world.change({ ...aNotification(), status: "canceled", version: 0 });
    await world.deliver();
    expect(world.calls).toEqual([]);
    world.change({ ...aNotification(), version: 1 });
    await world.deliver();
    expect(world.calls).toHaveLength(1);
  });

  it("is stored unsent when it has to wait, and the gate is closed to every other copy", async () => {
    const { world } = aCarryingWorld();
    world.board = switchedOff(allOn, { scope: "channel", id: "push", by: "key_1", at: noon }, "outage");
    await world.deliver();
    expect(world.message()).toMatchObject({ status: "held", attempts: [{ status: "refused" }] });
    expect(world.gate().claims[attemptId]).toMatchObject({ is: "void" });
    expect(world.calls).toEqual([]);
  });

  it.each([
    { answer: refused, status: "queued", reason: "unregistered" },
    { answer: busy, status: "held", reason: "429" },
  ])("is stored with what became of it: $reason", async ({ answer, reason }) => {
    const { world } = aCarryingWorld(aNotification(), { answers: [answer] });
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.message().attempts[0]).toMatchObject({ status: "refused", reason });
    expect(world.gate().claims[attemptId]).toMatchObject({ is: "void" });
  });

  it("is stored as one that nobody knows of when the run that took it died, and not sent again", async () => {
    const dying = { is: true };
    const before = (name: string) => {
      if (dying.is && name === "messages.replace") throw new Error("died here");
    };
    const { world } = aCarryingWorld(aNotification(), { before });
    expect(await world.deliver()).toEqual(["again"]);
    dying.is = false;
    expect(await world.deliver(), "it may live").toEqual(["again"]);
    world.clock.skipTo(world.clock.now() + 75_000);
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.calls).toHaveLength(1);
    expect(world.message()).toMatchObject({ attempts: [{ status: "unknown", reason: "answer-not-kept" }] });
    expect(world.joined).toHaveLength(1);
  });

  it("waits for whoever called it off, and goes by another attempt when nobody did", async () => {
    const { world } = aCarryingWorld();
    await closeGate(world.gates, aNotification().contactId, attemptId, noon);
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({
      status: "held",
      attempts: [{ status: "refused", reason: "gate-closed" }],
    });
    expect(world.message().attempts[0]?.startedAt, "it may still be called off").toBeUndefined();
    expect(world.holds).toHaveLength(1);
  });

  it("keeps nothing of what it said when its person was erased meanwhile", async () => {
    const { world } = aCarryingWorld(aNotification(), { contact: undefined });
    await world.deliver();
    expect(world.message()).toMatchObject({ status: "suppressed", reason: "contact-missing" });
    expect(world.message().content).toEqual({ text: erasedText, mediaUrls: [] });
    expect(world.calls).toEqual([]);
  });

  it("stands as it was sent, whatever somebody has stored meanwhile", async () => {
    const held = {
      ...aNotification(),
      attempts: [],
      status: "held" as const,
      step: -1,
      heldUntil: noon + 60_000,
    };
    const ended = { ...aNotification(), attempts: [], status: "suppressed" as const, step: -1 };
    for (const [stored, status] of [
      [held, "sent"],
      [ended, "suppressed"],
    ] as const) {
      const after = (name: string, world: World) => {
        if (name === "send") world.change({ ...stored, campaignPage: 2, version: 0 });
      };
      const { world } = aCarryingWorld(aNotification(), { after });
      expect(await world.deliver()).toEqual(["done"]);
      expect(world.message()).toMatchObject({
        status,
        campaignPage: 2,
        attempts: [{ id: attemptId, status: "provider-accepted" }],
      });
    }
  });

  it("is asked for as it was sent, although this copy would have gone another way", async () => {
    const { world } = aCarryingWorld();
    const way = { channel: "push", addressId: "adr_old", senderId: "site" } as const;
    world.changeGate((gate) => ({
      ...gate,
      claims: { [attemptId]: { at: noon - 100_000, is: "claimed", ...way } },
    }));
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.message().attempts).toMatchObject([{ status: "unknown", ...way }]);
  });

  it("keeps nothing of what it said when its person is erased just before it is put off", async () => {
    const { world } = aCarryingWorld();
    world.board = switchedOff(allOn, { scope: "channel", id: "push", by: "key_1", at: noon }, "outage");
    world.changeGate((gate) => ({ ...gate, erasedAt: noon }));
    await world.deliver();
    expect(world.message()).toMatchObject({ status: "held", content: { text: erasedText }, erasedAt: noon });
  });

  it("leaves alone the gate that another run has taken", async () => {
    const { world } = aCarryingWorld(aNotification(), { answers: [refused] });
    world.changeGate((gate) => ({
      ...gate,
      claims: { [attemptId]: { at: noon, is: "claimed", by: "another run" } },
    }));
    expect(await world.deliver()).toEqual(["again"]);
    expect(world.gate().claims[attemptId]).toMatchObject({ is: "claimed", by: "another run" });
    expect(world.calls).toEqual([]);
  });

  it("stays in doubt although its address has gone since the run that took it died", async () => {
    const { world } = aCarryingWorld(aNotification(), { contact: aContact({ addresses: [] }) });
    world.changeGate((gate) => ({ ...gate, claims: { [attemptId]: { at: noon - 100_000, is: "claimed" } } }));
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.message().attempts).toMatchObject([{ status: "unknown" }]);
  });

  it("keeps nothing of what it said when its person was erased while it waits for its sender", async () => {
    const { world } = aCarryingWorld(aNotification(), {
      contact: undefined,
      more: { slots: { take: async () => ({ is: "closed", reason: "paused" }) } },
    });
    await world.deliver();
    expect(world.message().content.text).toBe(erasedText);
  });

  it("is not sent to somebody who was erased after they were looked at", async () => {
    const { world } = aCarryingWorld();
    world.changeGate((gate) => ({ ...gate, erasedAt: noon }));
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message().content.text).toBe(erasedText);
  });
});
