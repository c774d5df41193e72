import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { consentIn } from "../../functions/consent/gate.ts";
import { canceled } from "../../functions/messages/status.ts";
import type { SendResult } from "../../functions/providers/provider.ts";
import { aContact, aSender, noon } from "../make.ts";
import { accepted, aQueuedMessage, aStep, aWorld, messageId } from "./deliver.fixture.ts";

const busy = (retryAfterSeconds = 1): SendResult => ({
  is: "busy",
  reason: "over-the-rate",
  retryAfterSeconds,
});
const refused = (more: object = {}): SendResult => ({
  is: "refused",
  reason: "permanent-number",
  code: "21614",
  ...more,
});
const twoSteps = [
  aStep({ channel: "push", addressId: "adr_app", senderId: "app", waitSeconds: 60 }),
  aStep(),
];
const optedOut = { "adr_phone/transactional": { state: "out" as const, at: noon, entryId: "cse_1" } };
const claims = (world: ReturnType<typeof aWorld>) => Object.keys(world.gate().claims);

/** What takes up a message whose attempt reached nobody. */
const atOnce = [{ messageId: messageId(1), at: noon + 500, grain: "message" }];

describe("an attempt", () => {
  it("is made once, and the message says that it began: what came of it is told by a receipt", async () => {
    const world = aWorld();
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.calls.map(({ outgoing }) => outgoing)).toEqual([
      {
        attemptId: `${messageId(1)}.1`,
        channel: "sms",
        to: aContact().addresses[0],
        from: "+15005550006",
        content: world.message().content,
        urgency: 2,
        validitySeconds: 9 * 3600,
        statusUrl: `https://hooks.example.com/callbacks/twilio-main/status/${messageId(1)}.1`,
      },
    ]);
    expect(world.message()).toMatchObject({
      status: "sending",
      attempts: [{ status: "sending", startedAt: noon, segments: 1 }],
      dueAt: noon + 120_000,
    });
    expect(claims(world)).toEqual([`${messageId(1)}.1`]);
    expect(world.told).toEqual([]);
  });

  const toApp = [aStep({ channel: "push", addressId: "adr_app", senderId: "app" })];
  const backlog = { foundAt: noon + 3_600_000, dueAt: noon + 3_600_000 };
  it.each([
    ["no receipt would tell", aQueuedMessage({}, toApp)],
    ["the next step waits for it", aQueuedMessage({}, [aStep({ waitSeconds: 60 }), aStep()])],
    ["the sweeper would not come by for an hour", { ...aQueuedMessage(), ...backlog }],
  ])("has its provider's answer written down where %s", async (_, message) => {
    const world = aWorld({ messages: [message] });
    await world.deliver();
    expect(world.message()).toMatchObject({
      status: "sent",
      attempts: [{ status: "provider-accepted", providerMessageId: "SM1" }],
    });
    expect(world.told.map(({ detail }) => "status" in detail && detail.status)).toEqual(["sent"]);
  });

  it("does nothing when it comes again, comes late, or belongs to nobody", async () => {
    const world = aWorld();
    await world.deliver();
    expect(await world.deliver(`${messageId(1)}.1`, `${messageId(1)}.2`, `${messageId(9)}.1`)).toEqual([
      "done",
      "done",
      "done",
    ]);
    expect(world.calls).toHaveLength(1);
  });

  it("is made once when two copies of it come in one batch", async () => {
    const world = aWorld();
    await world.deliver(`${messageId(1)}.1`, `${messageId(1)}.1`);
    expect(world.calls).toHaveLength(1);
    expect(world.message().attempts).toHaveLength(1);
  });

  it("carries what an app needs to say that a notification was seen", async () => {
    const sender = aSender({
      id: "app",
      kind: "push-app",
      identity: "northwind-app",
      channels: ["push"],
      connection: "pinpoint-main",
    });
    const world = aWorld({ sender, messages: [aQueuedMessage({}, twoSteps)] });
    await world.deliver();
    expect(world.calls[0]?.outgoing.receipt).toEqual({
      url: "https://hooks.example.com/v1/receipts",
      token: `token of ${messageId(1)}.1`,
    });
  });

  it.each(["messages.replace", "gates.replace"])(
    "is made once although the confirmation of a write was lost: %s",
    async (name) => {
      const world = aWorld();
      const store = name.startsWith("gates") ? world.gates : world.messages;
      const { replace } = store as { replace: (next: never, seen: never) => Promise<boolean> };
      let losses = 1;
      const losing = async (next: never, seen: never) => {
        const isWritten = await replace(next, seen);
        // Whoever hears nothing writes again, and is refused by what it wrote itself.
        return losses-- > 0 ? replace(next, seen) : isWritten;
      };
      Object.assign(store, { replace: losing });
      expect(await world.deliver()).toEqual(["done"]);
      expect(world.calls).toHaveLength(1);
      expect(claims(world)).toHaveLength(1);
      expect(await world.deliver()).toEqual(["done"]);
      expect(world.calls).toHaveLength(1);
    },
  );

  it("is made once by two that begin it at the same moment", async () => {
    const world = aWorld();
    await world.deliver(`${messageId(1)}.1`, `${messageId(1)}.1`);
    expect(world.calls).toHaveLength(1);
  });

  it("goes back to the queue untouched when the provider's secret cannot be read", async () => {
    const broken = { provider: () => Promise.reject(new Error("no secret")) };
    const world = aWorld({ more: broken });
    expect(await world.deliver()).toEqual(["again"]);
    expect(world.message()).toMatchObject({ status: "queued", attempts: [{ status: "queued" }] });
    expect(claims(world)).toEqual([]);
  });

  it("is made although nobody can be told that it began", async () => {
    const messages = [aQueuedMessage({}, [aStep({ waitSeconds: 60 }), aStep()])];
    const world = aWorld({ messages, more: { publish: () => Promise.reject(new Error("no bus")) } });
    await world.deliver();
    expect(world.message().status).toBe("sent");
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.calls).toHaveLength(1);
  });
});

describe("a message with files that its provider takes from one place alone", () => {
  const withFile = (steps = [aStep({ channel: "mms" })]) => [
    aQueuedMessage({ content: { text: "Look", mediaUrls: ["https://shop.example/1.png"] } }, steps),
  ];

  it("goes out with them from there", async () => {
    const world = aWorld({
      messages: withFile(),
      bring: async ([url = ""]) => ({ is: "brought", mediaUrls: [url.replace("https://", "s3://")] }),
    });
    await world.deliver();
    expect(world.calls).toMatchObject([
      { outgoing: { content: { mediaUrls: ["s3://shop.example/1.png"] } } },
    ]);
    expect(world.message().content.mediaUrls).toEqual(["https://shop.example/1.png"]);
  });

  const refuses = async () => ({ is: "refused", reason: "file-too-large" }) as const;
  it("is not sent when they cannot be brought, and uses up nothing", async () => {
    const world = aWorld({ messages: withFile(), bring: refuses });
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(claims(world)).toEqual([]);
    expect(world.message()).toMatchObject({ status: "failed", reason: "file-too-large" });
  });

  it("goes on to its next step when they cannot be brought", async () => {
    const steps = [aStep({ channel: "mms", waitSeconds: 60 }), aStep({ senderId: "brand-name" })];
    const world = aWorld({ messages: withFile(steps), bring: refuses });
    await world.deliver();
    expect(world.message()).toMatchObject({ attempts: [{ status: "refused", reason: "file-too-large" }] });
    expect(world.joined).toMatchObject(atOnce);
  });

  it("is tried again when the place itself is out", async () => {
    const world = aWorld({ messages: withFile(), bring: () => Promise.reject(new Error("no bucket")) });
    expect(await world.deliver()).not.toEqual(["done"]);
    expect(world.calls).toEqual([]);
    expect(world.message().status).toBe("queued");
  });
});

describe("a message that must not be sent any more", () => {
  it.each([
    ["the contact is gone", { contact: undefined }, "suppressed", "contact-missing"],
    ["the address is gone", { contact: aContact({ addresses: [] }) }, "suppressed", "address-missing"],
    [
      "its category is gone",
      { messages: [aQueuedMessage({ category: "gone" })] },
      "suppressed",
      "category-missing",
    ],
    ["its time is over", { messages: [aQueuedMessage({ expiresAt: noon })] }, "expired", "expired"],
  ])("ends when %s", async (_, given, status, reason) => {
    const world = aWorld(given);
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({ status, reason });
  });

  it("ends when it was canceled before it began", async () => {
    const world = aWorld({
      after: (name, { change, message, clock }) => {
        if (name !== "contacts.find") return;
        const over = canceled(message(), clock.now());
        if (over) change(over);
      },
    });
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message().status).toBe("canceled");
  });

  it("ends when an opt-out was recorded before the gate, however close", async () => {
    const world = aWorld({
      after: (name, one) => {
        if (name === "gates.find" && one.gate().version === 0)
          one.changeGate((gate) => ({ ...gate, consents: optedOut }));
      },
    });
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({ status: "suppressed", reason: "opted-out" });
    expect(claims(world)).toEqual([]);
  });

  it("ends when an opt-out was recorded while a busy provider was waited for", async () => {
    const world = aWorld({
      answers: [
        async () => {
          world.changeGate((gate) => ({ ...gate, consents: optedOut }));
          return busy();
        },
      ],
    });
    await world.deliver();
    expect(world.calls).toHaveLength(1);
    expect(world.message()).toMatchObject({ status: "suppressed", reason: "opted-out" });
  });

  it("goes on with its next step when the gate is closed to this one", async () => {
    const message = aQueuedMessage({}, [aStep({ waitSeconds: 60 }), aStep()]);
    const world = aWorld({ messages: [message] });
    world.changeGate((gate) => ({ ...gate, consents: optedOut }));
    await world.deliver();
    expect(world.joined).toMatchObject(atOnce);
  });

  it("is left to the sweeper when somebody else has taken the gate for it", async () => {
    const world = aWorld();
    const claim = {
      at: noon,
      addressId: "adr_phone",
      channel: "sms" as const,
      purpose: "transactional" as const,
    };
    world.changeGate((gate) => ({ ...gate, claims: { [`${messageId(1)}.1`]: { ...claim, is: "claimed" } } }));
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message().status).toBe("sending");
  });
});

describe("the hour", () => {
  // 20:59:59.95 in New York
  const closing = Date.UTC(2026, 10, 24, 1, 59, 59, 950);
  const opening = Date.UTC(2026, 10, 24, 14, 0, 0);

  it("is asked for again at the sender: what would arrive at night, or in the last minute before, waits for the morning", async () => {
    const world = aWorld();
    world.clock.skipTo(closing - 59_000);
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({ status: "held", heldUntil: opening });
    expect(world.holds).toEqual([{ messageId: messageId(1), until: opening }]);
  });

  it("does not put off what another copy is sending", async () => {
    const world = aWorld({
      after: (name, { clock }) => {
        if (name === "slots.take") clock.skipTo(closing);
      },
    });
    world.clock.skipTo(closing - 61_000);
    await world.deliver(`${messageId(1)}.1`, `${messageId(1)}.1`);
    expect(world.calls).toHaveLength(1);
    expect(world.message()).toMatchObject({ status: "sending", attempts: [{ status: "sending" }] });
  });

  it("does not hold a code that a person waits for", async () => {
    const world = aWorld({ messages: [aQueuedMessage({ category: "one-time-code" })] });
    world.clock.skipTo(closing + 1000);
    await world.deliver();
    expect(world.calls).toHaveLength(1);
  });
});

describe("how long a provider may keep it", () => {
  const validity = async (given: Parameters<typeof aQueuedMessage>, at = noon) => {
    const world = aWorld({ messages: [aQueuedMessage(...given)] });
    world.clock.skipTo(at);
    await world.deliver();
    return world.calls[0]?.outgoing.validitySeconds;
  };

  it("is until the window closes", async () => {
    expect(await validity([{}], Date.UTC(2026, 10, 24, 1, 30))).toBe(1800);
  });

  it("is until the message is of no use", async () => {
    expect(await validity([{ expiresAt: noon + 90_500 }])).toBe(90);
  });

  it("is until the next step starts, however long it stood in our own queue", async () => {
    expect(await validity([{}, [aStep({ waitSeconds: 60 }), aStep()]], noon + 25_000)).toBe(60);
  });

  it("is never nothing", async () => {
    expect(await validity([{ expiresAt: noon + 400 }])).toBe(1);
  });
});

describe("a provider's answer", () => {
  it("that was lost makes the attempt unknown, and it is never sent again", async () => {
    const world = aWorld({ answers: [{ is: "unknown", reason: "timeout" }] });
    await world.deliver();
    await world.deliver();
    expect(world.calls).toHaveLength(1);
    expect(world.message()).toMatchObject({
      status: "sending",
      attempts: [{ status: "unknown", reason: "timeout" }],
    });
    expect(claims(world)).toHaveLength(1);
  });

  it("'busy' is asked again on a new slot, as the same attempt", async () => {
    const world = aWorld({ answers: [busy(), busy(2)] });
    await world.deliver();
    expect(world.calls.map(({ at }) => at - noon)).toEqual([0, 1000, 3000]);
    expect(world.message()).toMatchObject({ status: "sending", attempts: [{ id: `${messageId(1)}.1` }] });
    expect(claims(world)).toHaveLength(1);
  });

  it("'busy' three times holds the message a minute without a claim", async () => {
    const world = aWorld({ answers: [busy(), busy(), busy()] });
    await world.deliver();
    expect(world.calls).toHaveLength(3);
    expect(world.message()).toMatchObject({
      status: "held",
      reason: "over-the-rate",
      heldUntil: noon + 62_000,
    });
    expect(world.holds).toEqual([{ messageId: messageId(1), until: noon + 62_000 }]);
    expect(claims(world)).toEqual([]);
  });

  it("'busy for long' holds it at once: a lane does not sleep through it", async () => {
    const world = aWorld({ answers: [busy(120)] });
    await world.deliver();
    expect(world.calls).toHaveLength(1);
    expect(world.message()).toMatchObject({ status: "held", heldUntil: noon + 120_000 });
  });

  it("'refused' ends the message, and it does not count against the cap", async () => {
    const world = aWorld({ answers: [refused()] });
    await world.deliver();
    expect(world.message()).toMatchObject({
      status: "failed",
      attempts: [{ status: "refused", code: "21614" }],
    });
    expect(claims(world)).toEqual([]);
  });

  it("'refused' has the failover go on at once when another step follows", async () => {
    const message = aQueuedMessage({}, [aStep({ waitSeconds: 60 }), aStep()]);
    const world = aWorld({ messages: [message], answers: [refused()] });
    await world.deliver();
    expect(world.joined).toMatchObject(atOnce);
    expect(world.message().status).toBe("sending");
  });

  it("'no such number' is remembered of the address for a while", async () => {
    const world = aWorld({ answers: [refused({ mark: "unreachable" })] });
    await world.deliver();
    expect(world.gate().reach["adr_phone"]).toMatchObject({
      state: "unreachable",
      reason: "permanent-number",
    });
    expect(world.gate().reach["adr_phone"]?.until).toBeGreaterThan(noon);
  });

  it("'opted out here' closes the gate for all that can be stopped, before the next step starts", async () => {
    const message = aQueuedMessage({}, [aStep({ waitSeconds: 60 }), aStep()]);
    const seen: string[] = [];
    const world = aWorld({
      messages: [message],
      answers: [refused({ reason: "opted-out", code: "21610", mark: "opted-out" })],
      before: (name, { gate }) =>
        void (name === "join" && seen.push(consentIn(gate(), "adr_phone", "marketing"))),
    });
    await world.deliver();
    expect(seen).toEqual(["out"]);
    for (const purpose of ["marketing", "transactional", "service"] as const)
      expect(consentIn(world.gate(), "adr_phone", purpose)).toBe("out");
  });
});

describe("the pace", () => {
  const many = (count: number, more: object = {}) =>
    Array.from({ length: count }, (_, index) => aQueuedMessage({ id: messageId(index + 1), ...more }));
  const idsOf = (count: number) => Array.from({ length: count }, (_, index) => `${messageId(index + 1)}.1`);
  const startsOf = (world: ReturnType<typeof aWorld>) => world.calls.map(({ at }) => at - noon);

  it("is one call every slot, and none waits for the reply before", async () => {
    const slow = async () => {
      await world.clock.sleepUntil(noon + 5000);
      return accepted;
    };
    const world = aWorld({ messages: many(5), answers: [slow, slow, slow, slow, slow] });
    await world.deliver(...idsOf(5));
    expect(startsOf(world)).toEqual([0, 100, 200, 300, 400]);
    expect(world.clock.now()).toBe(noon + 5000);
  });

  it("counts segments: a long text takes several slots", async () => {
    const world = aWorld({ messages: many(3, { content: { text: "x".repeat(400), mediaUrls: [] } }) });
    await world.deliver(...idsOf(3));
    // Of ten a second three may be three segments long, and one is left for what is short.
    expect(startsOf(world)).toEqual([0, 250, 500]);
  });

  it("loses no slot to a gate that comes late: slots are taken after it", async () => {
    const world = aWorld({
      messages: many(3),
      before: async (name, { clock, calls }) => {
        if (name === "gates.find" && calls.length === 0) await clock.sleepUntil(noon + 1500);
      },
    });
    await world.deliver(...idsOf(3));
    expect(startsOf(world)).toEqual([1500, 1600, 1700]);
  });

  it("sends nothing when the slot clock cannot be had: nobody knows who else is sending", async () => {
    const world = aWorld({
      messages: many(2),
      more: { slots: { take: () => Promise.reject(new Error("no table")) } },
    });
    expect(await world.deliver(...idsOf(2))).toEqual(["done", "done"]);
    expect(world.calls).toEqual([]);
    expect(claims(world)).toEqual([]);
    expect(world.message(1)).toMatchObject({ status: "held", reason: "slots-unavailable" });
    expect(world.holds.map(({ messageId: id }) => id)).toEqual([messageId(1), messageId(2)]);
  });

  it("takes the gate again for a call that starts long after it was taken", async () => {
    const world = aWorld({
      sender: aSender({ mps: 0.2 }),
      messages: many(3),
      after: (name, { calls, changeGate, gate }) => {
        // An opt-out comes in while the third call waits for its slot.
        if (name === "send" && calls.length === 2 && !gate().consents["adr_phone/transactional"])
          changeGate((now) => ({ ...now, consents: { ...now.consents, ...optedOut } }));
      },
    });
    await world.deliver(...idsOf(3));
    expect(startsOf(world)).toEqual([0, 5000]);
    expect(world.message(3)).toMatchObject({ status: "suppressed", reason: "opted-out" });
  });

  it("holds in every second however slow the tables are", async () => {
    const pauses = fc.array(fc.nat({ max: 1500 }), { minLength: 10, maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pauses, async (waits) => {
        const left = [...waits];
        const world = aWorld({
          messages: many(10),
          before: async (name, { clock }) => {
            if (name === "gates.find") await clock.sleepUntil(clock.now() + (left.shift() ?? 0));
          },
        });
        await world.deliver(...idsOf(10));
        const starts = startsOf(world);
        expect(starts).toHaveLength(10);
        for (const from of starts)
          expect(starts.filter((at) => at >= from && at < from + 1000).length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 50 },
    );
  });
});
