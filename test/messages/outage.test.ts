import { describe, expect, it } from "vitest";
import { route } from "../../functions/messages/route.ts";
import { postponed } from "../../functions/messages/attempt.ts";
import { sweep } from "../../functions/messages/sweep.ts";
import { changeMessage } from "../../functions/messages/message.store.ts";
import type { Found } from "../../functions/providers/provider.ts";
import { looked, opened } from "../../functions/switches/circuit.ts";
import { allOn } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";
import { aQueuedMessage } from "../senders/deliver.fixture.ts";
import { aWorld, theMessage, type World } from "../world.ts";

const reason = "circuit-open: twilio-main";
const open = opened(allOn, { connection: "twilio-main", reason: "timeout", at: noon });
const both = opened(open, { connection: "aws-sms-main", reason: "timeout", at: noon });
const phone = {
  addresses: [{ id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" }],
} as const;
const aPhone = () => ({ addresses: [...phone.addresses] });

async function routed(world: World) {
  await route({ messageId: theMessage(world).id }, world.using);
  return theMessage(world);
}

/** A message that stood aside at its sender. */
function putBack(world: World, category = "delivery-update", until: number | undefined = noon - 5_000) {
  const { id, contactId } = theMessage(world);
  const queued = aQueuedMessage({ id, contactId, category });
  world.messages.set(id, postponed(queued, `${id}.1`, until, reason, noon));
}

describe("routing while a provider is out", () => {
  it("takes the other provider's sender for what cannot wait, and says why", async () => {
    const world = aWorld({}, aPhone());
    world.board = open;
    const { plan } = await routed(world);
    expect(plan?.steps.map(({ senderId }) => senderId)).toEqual(["us-backup"]);
    expect(plan?.considered).toContainEqual({
      channel: "sms",
      senderId: "us-number",
      reason: "circuit-open",
      points: [],
    });
  });

  it("takes the first sender while all is well: a second way costs more", async () => {
    expect((await routed(aWorld({}, aPhone()))).plan?.steps[0]?.senderId).toBe("us-number");
  });

  it("lets marketing wait for its provider, without an end and without a sender", async () => {
    const world = aWorld({ category: "offer" }, aPhone());
    world.board = open;
    const gate = await world.using.gates.find(theMessage(world).contactId);
    const consents = { "adr_phone/marketing": { state: "in" as const, at: noon, entryId: "cse_1" } };
    world.gates.set(gate.contactId, { ...gate, consents });
    expect(await routed(world)).toMatchObject({ status: "held", reason });
    expect(theMessage(world).heldUntil).toBeUndefined();
    expect(world.handed).toEqual([]);
    world.board = allOn;
    expect(await routed(world)).toMatchObject({ status: "queued" });
  });

  it("waits when there is no other way, and fails nothing", async () => {
    const world = aWorld({}, aPhone());
    world.board = both;
    expect(await routed(world)).toMatchObject({ status: "held" });
    expect(theMessage(world).reason).toContain("circuit-open: ");
  });

  it("plans as ever for whoever may try the provider", async () => {
    const world = aWorld({}, aPhone());
    world.board = looked(open, "twilio-main", true, noon);
    expect((await routed(world)).plan?.steps[0]?.senderId).toBe("us-number");
  });
});

describe("what stood aside", () => {
  it("goes over to another sender for the same step, with a new attempt, and its timeline says so", async () => {
    const world = aWorld({}, aPhone());
    putBack(world);
    world.board = open;
    const message = await routed(world);
    expect(message.plan?.steps).toMatchObject([{ channel: "sms", senderId: "us-backup" }]);
    expect(message.attempts).toMatchObject([
      { senderId: "us-number", status: "refused", reason },
      { senderId: "us-backup", status: "queued", step: 0 },
    ]);
    expect(message.timeline).toContainEqual({ at: noon, what: "moved-over", reason });
    expect(world.handed.map(({ senderId }) => senderId)).toEqual(["us-backup"]);
  });

  it("goes over once, however often it is asked", async () => {
    const world = aWorld({}, aPhone());
    putBack(world);
    world.board = open;
    await routed(world);
    await routed(world);
    expect(theMessage(world).attempts).toHaveLength(2);
  });

  it("goes over even if the board that routing knows does not say it yet: it would only come back", async () => {
    const world = aWorld({}, aPhone());
    putBack(world);
    expect((await routed(world)).attempts.at(-1)?.senderId).toBe("us-backup");
  });

  it("goes on by its own sender when the provider works again meanwhile", async () => {
    const world = aWorld({}, aPhone());
    putBack(world);
    world.now.at = noon + 60_000;
    const message = await routed(world);
    expect(message.attempts.at(-1)?.senderId).toBe("us-number");
  });

  it("waits where it cannot go over", async () => {
    const world = aWorld({}, aPhone());
    putBack(world);
    world.board = both;
    expect(await routed(world)).toMatchObject({ status: "held", reason });
    expect(theMessage(world).heldUntil).toBeUndefined();
  });
});

describe("a lost reply of a provider that is out", () => {
  it("is not asked after until the provider can answer, and nothing is decided meanwhile", async () => {
    const world = aWorld({}, aPhone());
    const { id, contactId } = theMessage(world);
    world.messages.set(id, aQueuedMessage({ id, contactId }));
    await changeMessage(world.using.messages, id, (seen) => ({
      ...seen,
      status: "sending",
      attempts: seen.attempts.map((one) => ({ ...one, status: "unknown" as const, startedAt: noon })),
    }));
    const asked: number[] = [];
    const reconcile = async (): Promise<Found> => {
      asked.push(world.now.at);
      return { is: "none" };
    };
    const using = { ...world.using, reconcile };
    world.board = open;
    for (let minutes = 11; minutes < 120; minutes += 1) {
      world.now.at = noon + minutes * 60_000;
      await sweep(using);
    }
    expect(asked).toEqual([]);
    expect(theMessage(world)).toMatchObject({ attempts: [{ status: "unknown" }] });
    world.board = allOn;
    for (let minutes = 120; minutes < 126; minutes += 1) {
      world.now.at = noon + minutes * 60_000;
      await sweep(using);
    }
    expect(asked).toHaveLength(1);
    expect(theMessage(world).attempts).toMatchObject([{ status: "unknown" }, { status: "queued" }]);
  });
});
