import { describe, expect, it } from "vitest";
import { declareBusiness } from "../../functions/business/business.ts";
import { type ConsentEntry, stoppable } from "../../functions/consent/consent.ts";
import { consentIn, type Gate, openGate } from "../../functions/consent/gate.ts";
import type { Contact } from "../../functions/contacts/contact.ts";
import { receive, type ReceiveUsing } from "../../functions/inbound/receive.ts";
import type { InboundMessage, Message } from "../../functions/messages/message.ts";
import type { Happening } from "../../functions/platform/events.ts";
import type { Arrived } from "../../functions/providers/provider.ts";
import { aCategory, aContact, aSender, noon } from "../make.ts";

const ada = aContact();
const business = declareBusiness({
  name: "Northwind",
  brand: { name: "Northwind", supportContact: "help@northwind.example", homeCountry: "US" },
  connections: [{ id: "twilio-main", provider: "twilio" }],
  senders: [
    aSender(),
    aSender({ id: "toll-free", kind: "toll-free", identity: "+18885550100", keywordsAnsweredBy: "provider" }),
  ],
  categories: [aCategory()],
  api: { requestsPerSecond: 1, burst: 1 },
});

function aText(text: string, more: Partial<Arrived> = {}): Arrived {
  return {
    connection: "twilio-main",
    providerMessageId: "SM1",
    channel: "sms",
    from: "+12125550123",
    to: "+15005550006",
    text,
    mediaUrls: [],
    at: noon,
    ...more,
  };
}

/** Everything inbound works with, in memory; a step of the given name fails as often as asked. */
function aWorld(contacts: Contact[] = [ada]) {
  const gates = new Map<string, Gate>();
  const inbound = new Map<string, InboundMessage>();
  const messages = new Map<string, Message>();
  const ledger = new Map<string, ConsentEntry>();
  const intake: string[] = [];
  const told: Happening[] = [];
  const failures = new Map<string, number>();
  const step = (name: string) => {
    const left = failures.get(name) ?? 0;
    failures.set(name, left - 1);
    if (left > 0) throw new Error(`${name} failed`);
  };
  const gateOf = (id: string) => gates.get(id) ?? openGate(id);
  const using: ReceiveUsing = {
    contacts: {
      findByAddress: async (_kind, value) =>
        contacts.find(({ addresses }) => addresses.some((address) => address.value === value)),
      create: async (contact) => void contacts.push(contact),
    },
    gates: {
      find: async (id) => gateOf(id),
      replace: async (next, seen) => {
        step("gate");
        if (seen.version !== gateOf(next.contactId).version) return false;
        gates.set(next.contactId, { ...next, version: seen.version + 1 });
        return true;
      },
    },
    ledger: {
      append: async (entry) => {
        step("ledger");
        const key = `${entry.at}#${entry.id}`;
        if (!ledger.has(key)) ledger.set(key, entry);
      },
      list: async () => [...ledger.values()],
    },
    messages: {
      keepInbound: async (one) => {
        step("keep");
        if (inbound.has(one.id)) return false;
        inbound.set(one.id, one);
        return true;
      },
      findInbound: async (id) => inbound.get(id),
      create: async (message) => {
        step("answer");
        if (messages.has(message.id)) return false;
        messages.set(message.id, message);
        return true;
      },
    },
    sendToIntake: async (id) => {
      step("intake");
      intake.push(id);
    },
    publish: async (happenings) => void told.push(...happenings),
    business,
    clock: { now: () => noon + 5, sleepUntil: async () => undefined },
  };
  const statesOf = (contactId = ada.id, addressId = "adr_phone") =>
    stoppable.map((purpose) => consentIn(gateOf(contactId), addressId, purpose));
  return { using, contacts, inbound, messages, ledger, intake, told, failures, gateOf, statesOf };
}

const kept = (world: ReturnType<typeof aWorld>) => [...world.inbound.values()];
const answers = (world: ReturnType<typeof aWorld>) =>
  [...world.messages.values()].map(({ content }) => content.text);

describe("STOP", () => {
  it("ends everything that can be ended, with proof, and is answered once", async () => {
    const world = aWorld();
    await receive(aText(" Stop! "), world.using);
    expect(world.statesOf()).toEqual(["out", "out", "out", "out"]);
    expect(
      [...world.ledger.values()].map(({ state, method, actor, at }) => ({ state, method, actor, at })),
    ).toEqual(
      Array.from({ length: 4 }, () => ({ state: "out", method: "keyword", actor: "contact", at: noon })),
    );
    expect(answers(world)).toEqual([expect.stringMatching(/^Northwind: you are unsubscribed/)]);
    expect(kept(world)).toMatchObject([
      { meaning: "opt-out", answeredBy: "heliograph", senderId: "us-number" },
    ]);
  });

  it("is answered from the number that was written to, as a message that ignores the opt-out", async () => {
    const world = aWorld();
    await receive(aText("STOP"), world.using);
    const [message] = world.messages.values();
    expect(message).toMatchObject({
      category: "keyword-answer",
      replyTo: { addressId: "adr_phone", senderId: "us-number" },
      expiresAt: noon + 5 + 300_000,
    });
    expect(world.intake).toEqual([message?.id]);
  });

  it("said in other words counts as well", async () => {
    const world = aWorld();
    await receive(aText("Please stop texting me"), world.using);
    expect(world.statesOf()).toEqual(["out", "out", "out", "out"]);
  });

  it("is confirmed once, and then there is silence", async () => {
    const world = aWorld();
    await receive(aText("STOP"), world.using);
    await receive(aText("STOP", { providerMessageId: "SM2", at: noon + 1 }), world.using);
    expect(answers(world)).toHaveLength(1);
    expect(kept(world).map(({ answeredBy }) => answeredBy)).toEqual(["heliograph", "nobody"]);
  });

  it("counts from a number nobody knew", async () => {
    const world = aWorld([]);
    await receive(aText("STOP", { from: "+13105550123" }), world.using);
    const [contact] = world.contacts;
    expect(contact?.addresses).toMatchObject([{ kind: "phone", value: "+13105550123", lineType: "mobile" }]);
    expect(world.statesOf(contact?.id, contact?.addresses[0]?.id)).toEqual(["out", "out", "out", "out"]);
  });

  it("counts at a number that is not ours any more, though nobody can answer", async () => {
    const world = aWorld();
    await receive(aText("STOP", { to: "+15005550999" }), world.using);
    expect(world.statesOf()).toEqual(["out", "out", "out", "out"]);
    expect(kept(world)).toMatchObject([{ answeredBy: "nobody", senderId: "undeclared" }]);
    expect(answers(world)).toEqual([]);
  });
});

describe("a keyword that the provider answers", () => {
  it("is recorded and not answered again when the provider says so", async () => {
    const world = aWorld();
    await receive(aText("CANCEL", { handledKeyword: "opt-out" }), world.using);
    expect(world.statesOf()).toEqual(["out", "out", "out", "out"]);
    expect([...world.ledger.values()][0]?.actor).toBe("provider:twilio-main");
    expect(answers(world)).toEqual([]);
    expect(kept(world)).toMatchObject([{ answeredBy: "provider" }]);
  });

  it("is left to the network of a toll-free number, which knows the bare word only", async () => {
    const world = aWorld();
    await receive(aText("stop", { to: "+18885550100" }), world.using);
    expect(answers(world)).toEqual([]);
    const other = aWorld();
    await receive(aText("please stop texting me", { to: "+18885550100" }), other.using);
    expect(answers(other)).toHaveLength(1);
  });
});

describe("START", () => {
  it("brings back what STOP ended", async () => {
    const world = aWorld();
    await receive(aText("STOP"), world.using);
    await receive(aText("start", { providerMessageId: "SM2", at: noon + 1 }), world.using);
    expect(world.statesOf()).toEqual(["in", "in", "in", "in"]);
    expect(answers(world)).toHaveLength(2);
  });

  it("YES does so only for somebody who stopped", async () => {
    const world = aWorld();
    await receive(aText("Yes"), world.using);
    expect([world.statesOf()[0], kept(world)[0]?.meaning]).toEqual(["none", "text"]);
    await receive(aText("STOP", { providerMessageId: "SM2", at: noon + 1 }), world.using);
    await receive(aText("Yes", { providerMessageId: "SM3", at: noon + 2 }), world.using);
    expect(world.statesOf()).toEqual(["in", "in", "in", "in"]);
  });

  it("that was sent before a STOP but comes in after it changes nothing", async () => {
    const world = aWorld();
    await receive(aText("STOP", { at: noon }), world.using);
    await receive(aText("START", { providerMessageId: "SM2", at: noon - 1 }), world.using);
    expect(world.statesOf()).toEqual(["out", "out", "out", "out"]);
  });
});

describe("HELP", () => {
  it("is answered with the brand and where to turn to, and changes no consent", async () => {
    const world = aWorld();
    await receive(aText("help?"), world.using);
    expect(answers(world)).toEqual([expect.stringMatching(/Northwind.*help@northwind\.example.*STOP/)]);
    expect(world.ledger.size).toBe(0);
  });
});

describe("any other text", () => {
  it("is kept, told and not answered, and shows which channel the person uses", async () => {
    const world = aWorld();
    await receive(aText("Where is my parcel?"), world.using);
    expect(kept(world)).toMatchObject([
      { meaning: "text", answeredBy: "nobody", contactId: ada.id, text: "Where is my parcel?" },
    ]);
    expect(world.told).toEqual([
      {
        name: "message.received",
        detail: { inboundId: kept(world)[0]?.id, contactId: ada.id, senderId: "us-number" },
      },
    ]);
    expect(world.gateOf(ada.id)).toMatchObject({
      lastUsed: { channel: "sms", addressId: "adr_phone", at: noon },
      reach: { adr_phone: { state: "reachable" } },
    });
  });

  it("of a machine behind a short code is kept without making it a contact, and never answered", async () => {
    const world = aWorld();
    await receive(aText("HELP", { from: "72345" }), world.using);
    expect(world.contacts).toHaveLength(1);
    expect(kept(world)).toMatchObject([{ meaning: "help", answeredBy: "nobody" }]);
    expect(kept(world)[0]?.contactId).toBeUndefined();
  });
});

describe("receiving twice", () => {
  it.each(["STOP", "START", "HELP", "Hello"])("%s has the effect of receiving it once", async (text) => {
    const world = aWorld();
    await receive(aText(text), world.using);
    const once = [answers(world), world.statesOf(), [...world.ledger.keys()], kept(world)];
    await receive(aText(text, { at: noon + 60_000 }), world.using);
    expect([answers(world), world.statesOf(), [...world.ledger.keys()], kept(world)]).toEqual(once);
  });

  it("a STOP again after a START does not stop again", async () => {
    const world = aWorld();
    await receive(aText("STOP"), world.using);
    await receive(aText("START", { providerMessageId: "SM2", at: noon + 1 }), world.using);
    await receive(aText("STOP", { at: noon + 2 }), world.using);
    expect(world.statesOf()).toEqual(["in", "in", "in", "in"]);
  });

  const failing = ["gate", "ledger", "keep", "answer", "intake"] as const;
  const after = { STOP: "out", YES: "in", HELP: "none" } as const;
  const cases = failing.flatMap((name) =>
    (["STOP", "YES", "HELP"] as const).map((text) => ({ name, text, expected: after[text] })),
  );
  it.each(cases)("$text ends well when the $name fails at first", async ({ name, text, expected }) => {
    const world = aWorld();
    const earlier = aText("STOP", { providerMessageId: "SM0", at: noon - 1 });
    if (text === "YES") await receive(earlier, world.using);
    world.failures.set(name, 1);
    await receive(aText(text), world.using).catch(() => receive(aText(text), world.using));
    expect(new Set(world.statesOf())).toEqual(new Set([expected]));
    expect(answers(world)).toHaveLength(text === "YES" ? 2 : 1);
    expect(world.gateOf(ada.id).unwritten).toEqual([]);
    expect(world.intake).toContain([...world.messages.keys()].at(-1));
  });
});
