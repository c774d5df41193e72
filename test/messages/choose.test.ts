import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Gate } from "../../functions/consent/gate.ts";
import type { Address } from "../../functions/contacts/contact.ts";
import type { RouteInput } from "../../functions/messages/candidates.ts";
import { type Decision, decide } from "../../functions/messages/choose.ts";
import { aCategory, aContact, aGate, aMailbox, aMailSender, aMessage, aSender, noon } from "../make.ts";

const hour = 3_600_000;
const brand = {
  name: "Northwind",
  supportContact: "help@x.example",
  hours: { from: "09:00", to: "21:00" },
  homeCountry: "US",
};
const usNumber = aSender();
const app = aSender({
  id: "app",
  kind: "push-app",
  identity: "app",
  channels: ["push"],
  countries: "*",
  costMicros: 1,
});
const brandName = aSender({ id: "brand-name", kind: "alphanumeric", identity: "NORTHWIND", countries: "*" });
const ukNumber = aSender({
  id: "uk-number",
  kind: "long-code",
  identity: "+447700900100",
  countries: ["GB", "DE"],
});

function input(more: Partial<RouteInput> = {}): RouteInput {
  return {
    message: aMessage(),
    category: aCategory({ failover: { waitSeconds: 60, maxSteps: 2 } }),
    contact: aContact(),
    gate: aGate(),
    senders: [usNumber, app],
    brand,
    now: noon,
    ...more,
  };
}

/** The same person with a mailbox, and something to say there. */
const withMail = {
  contact: aContact({ addresses: [...aContact().addresses, aMailbox()] }),
  senders: [usNumber, app, aMailSender()],
  message: aMessage({ content: { text: "Thank you.", subject: "Your receipt", mediaUrls: [] } }),
};

const textOnly = aCategory({ channels: ["sms"] });
const marketing = aCategory({ id: "offer", purpose: "marketing", channels: ["sms"] });
const consent = (purpose: string, state: "in" | "out", addressId = "adr_phone"): Gate["consents"] => ({
  [`${addressId}/${purpose}`]: { state, at: noon, entryId: "cse_1" },
});
const phone = (value: string, more: Partial<Extract<Address, { kind: "phone" }>> = {}): Address => ({
  id: "adr_phone",
  kind: "phone",
  value,
  lineType: "mobile",
  ...more,
});

/** Somebody abroad, at an hour that is good there too. */
function abroad(value: string): Partial<RouteInput> {
  return {
    category: aCategory({ channels: ["sms"], quietHours: "exempt" }),
    contact: aContact({ addresses: [phone(value)] }),
  };
}

function stepsOf(decision: Decision): string[] {
  if (decision.is !== "send") throw new Error(`it was ${decision.is}: ${JSON.stringify(decision)}`);
  return decision.plan.steps.map(
    ({ channel, senderId, waitSeconds }) => `${channel} from ${senderId}, wait ${waitSeconds}`,
  );
}

describe("routing", () => {
  it("goes to the best channel first and to the next after the wait of the category", () => {
    expect(stepsOf(decide(input()))).toEqual(["push from app, wait 60", "sms from us-number, wait 0"]);
  });

  it("plans as many steps as the category allows", () => {
    expect(stepsOf(decide(input({ category: aCategory() })))).toEqual(["push from app, wait 0"]);
  });

  it("plans one step for a channel, however many devices there are", () => {
    const second: Address = {
      id: "adr_old",
      kind: "device",
      value: "handset-old",
      platform: "apns",
      permission: "granted",
    };
    const contact = aContact({ addresses: [...aContact().addresses, second] });
    expect(stepsOf(decide(input({ contact })))).toEqual([
      "push from app, wait 60",
      "sms from us-number, wait 0",
    ]);
  });

  describe("to a browser", () => {
    const site = aSender({
      id: "site",
      kind: "web-site",
      identity: "https://shop.example",
      channels: ["push"],
      countries: "*",
    });
    const browser: Address = {
      id: "adr_a_browser",
      kind: "device",
      value: "https://push.example/abc",
      platform: "web",
      permission: "granted",
    };
    const visitor = aContact({ addresses: [phone("+12125550123"), browser] });

    it("goes by the sender of the site, and never by that of the app", () => {
      expect(stepsOf(decide(input({ contact: visitor, senders: [usNumber, app, site] })))).toEqual([
        "push from site, wait 60",
        "sms from us-number, wait 0",
      ]);
      expect(stepsOf(decide(input({ contact: aContact(), senders: [usNumber, app, site] })))).toEqual([
        "push from app, wait 60",
        "sms from us-number, wait 0",
      ]);
    });

    it("goes after the app, which is there whenever the phone is", () => {
      const both = aContact({ addresses: [...aContact().addresses, browser] });
      expect(stepsOf(decide(input({ contact: both, senders: [usNumber, app, site] })))[0]).toBe(
        "push from app, wait 60",
      );
    });

    it("has no sender where a business has none for it", () => {
      const decision = decide(input({ contact: aContact({ addresses: [browser] }) }));
      expect(decision).toMatchObject({
        is: "suppress",
        reason: "no-sender",
        considered: expect.arrayContaining([
          expect.objectContaining({ channel: "push", addressId: "adr_a_browser", reason: "no-sender" }),
        ]),
      });
    });
  });

  it("explains every point it gave and every way it left out", () => {
    const decision = decide(input({ category: aCategory() }));
    if (decision.is !== "send") throw new Error(decision.is);
    const [first, second] = decision.plan.considered;
    expect(first).toMatchObject({ channel: "push", reason: "chosen" });
    expect(second).toMatchObject({ channel: "sms", reason: "not-needed" });
    for (const { score, points } of decision.plan.considered) {
      expect(points.reduce((sum, each) => sum + each.points, 0)).toBeCloseTo(score ?? Number.NaN);
      for (const each of points) expect(each.because).not.toBe("");
    }
  });

  it("follows the channels the contact likes", () => {
    const contact = aContact({ preferences: { channels: ["sms"] } });
    expect(stepsOf(decide(input({ contact })))[0]).toBe("sms from us-number, wait 60");
  });

  it("follows what they used last, until that is a month ago", () => {
    const used = (at: number) => aGate({ lastUsed: { channel: "sms", addressId: "adr_phone", at } });
    expect(stepsOf(decide(input({ gate: used(noon - hour) })))[0]).toBe("sms from us-number, wait 60");
    expect(stepsOf(decide(input({ gate: used(noon - 31 * 24 * hour) })))[0]).toBe("push from app, wait 60");
  });

  it("sends what people keep to where it is kept, and what concerns the app to the app", () => {
    const receipt = aCategory({ urgency: 0, archival: 3 });
    const reminder = aCategory({ urgency: 3, archival: 0, needs: { appContext: true } });
    expect(stepsOf(decide(input({ ...withMail, category: receipt })))).toEqual(["email from mail, wait 0"]);
    expect(stepsOf(decide(input({ ...withMail, category: reminder })))).toEqual(["push from app, wait 0"]);
  });

  it("sends no e-mail without a subject, and says so", () => {
    const { content } = aMessage();
    const only = aCategory({ channels: ["email"] });
    const decided = decide(input({ ...withMail, message: aMessage({ content }), category: only }));
    expect(decided).toMatchObject({
      is: "suppress",
      considered: expect.arrayContaining([{ channel: "email", reason: "subject-missing", points: [] }]),
    });
  });

  it("asks for consent to e-mail at the mailbox itself: that to texts is none", () => {
    const news = aCategory({ id: "newsletter", purpose: "marketing", channels: ["email"] });
    const reasonWith = (consents: Gate["consents"]) => {
      const decided = decide(input({ ...withMail, category: news, gate: aGate({ consents }) }));
      const ways = decided.is === "suppress" ? decided.considered : [];
      return decided.is === "send" ? "sent" : ways.find(({ channel }) => channel === "email")?.reason;
    };
    expect(reasonWith(consent("marketing", "in"))).toBe("no-consent");
    expect(reasonWith(consent("marketing", "in", "adr_mail"))).toBe("sent");
    expect(reasonWith(consent("marketing", "out", "adr_mail"))).toBe("opted-out");
  });

  it("decides the same whatever the order of addresses and senders", () => {
    const addresses = [
      ...aContact().addresses,
      phone("+447400123456", { id: "adr_uk" }),
      phone("+13105550123", { id: "adr_la" }),
    ];
    const senders = [usNumber, app, brandName, ukNumber, aSender({ id: "us-second" })];
    const decideIn = (some: Address[], others: typeof senders) =>
      decide(input({ contact: aContact({ addresses: some }), senders: others }));
    const expected = decideIn(addresses, senders);
    const anyOrder = fc.tuple(
      fc.shuffledSubarray(addresses, { minLength: addresses.length }),
      fc.shuffledSubarray(senders, { minLength: senders.length }),
    );
    fc.assert(
      fc.property(anyOrder, ([some, others]) => {
        expect(decideIn(some, others)).toEqual(expected);
      }),
    );
  });
});

describe("a message stays away", () => {
  const reasonOf = (more: Partial<RouteInput>) => {
    const decision = decide(input(more));
    return decision.is === "suppress" ? decision.reason : decision.is;
  };

  it("from an address that opted out, and from marketing without an opt-in", () => {
    const gate = aGate({ consents: consent("transactional", "out") });
    expect(stepsOf(decide(input({ gate })))).toEqual(["push from app, wait 0"]);
    expect(reasonOf({ gate, category: textOnly })).toBe("opted-out");
    expect(reasonOf({ category: marketing })).toBe("no-consent");
  });

  it("unless it is an emergency", () => {
    const gate = aGate({ consents: consent("emergency", "out") });
    expect(reasonOf({ gate, category: aCategory({ purpose: "emergency", channels: ["sms"] }) })).toBe("send");
  });

  it("from where nobody can be reached", () => {
    const landline = aContact({ addresses: [phone("+12125550123", { lineType: "landline" })] });
    expect(reasonOf({ category: textOnly, contact: landline })).toBe("landline");
    const gate = aGate({ reach: { adr_phone: { state: "unreachable", at: noon, until: noon + 1 } } });
    expect(reasonOf({ category: textOnly, gate })).toBe("unreachable");
    expect(reasonOf({ category: textOnly, gate, now: noon + 1 })).toBe("send");
  });

  it("to nobody who has no address, whatever it says: that is why", () => {
    const contact = aContact({ addresses: [] });
    expect(reasonOf({ category: textOnly, contact })).toBe("no-address");
    const said = [
      { text: "Hello", mediaUrls: [] },
      { text: "Hello", mediaUrls: ["https://example.com/1.jpg"] },
      { text: "x".repeat(2_000), mediaUrls: [] },
    ];
    for (const content of said)
      expect(reasonOf({ contact, category: aCategory(), message: aMessage({ content }) })).toBe("no-address");
  });

  it("as an e-mail without a subject to who has nothing else, and says so", () => {
    const contact = aContact({ addresses: [aMailbox()] });
    const message = aMessage({ content: { text: "Hello", mediaUrls: [] } });
    expect(reasonOf({ contact, message, senders: withMail.senders })).toBe("subject-missing");
  });

  it("from an app whose owner allows no notifications", () => {
    const [text] = aContact().addresses;
    const silent: Address = {
      id: "adr_app",
      kind: "device",
      value: "handset-1",
      platform: "fcm",
      permission: "denied",
    };
    const contact = aContact({ addresses: text ? [text, silent] : [silent] });
    expect(stepsOf(decide(input({ contact })))).toEqual(["sms from us-number, wait 0"]);
  });

  it("when no sender may be used in the country", () => {
    expect(reasonOf(abroad("+4915123456789"))).toBe("sender-not-for-country");
    expect(reasonOf({ senders: [], category: textOnly })).toBe("no-sender");
    expect(reasonOf({ senders: [app], category: textOnly })).toBe("no-sender");
  });

  it("from countries that show no alphanumeric sender, or none that is not registered", () => {
    expect(reasonOf({ category: textOnly, senders: [brandName] })).toBe("alphanumeric-not-supported");
    expect(reasonOf({ ...abroad("+447400123456"), senders: [brandName] })).toBe(
      "alphanumeric-needs-registration",
    );
    expect(reasonOf({ ...abroad("+4915123456789"), senders: [brandName] })).toBe("send");
  });

  it("from a name nobody can answer when an answer is expected", () => {
    const german = abroad("+4915123456789");
    const asks = aCategory({ channels: ["sms"], quietHours: "exempt", expectsReply: true });
    expect(reasonOf({ ...german, category: asks, senders: [brandName] })).toBe("reply-not-possible");
    expect(
      stepsOf(decide(input({ ...german, category: asks, senders: [brandName, ukNumber] })))[0],
    ).toContain("uk-number");
  });

  it("when it does not fit the channel", () => {
    const picture = aMessage({ content: { text: "Look", mediaUrls: ["https://x.example/a.png"] } });
    expect(reasonOf({ category: textOnly, message: picture })).toBe("media-not-possible");
    const long = aMessage({ content: { text: "a".repeat(1001), mediaUrls: [] } });
    expect(reasonOf({ category: aCategory({ channels: ["push"] }), message: long })).toBe("text-too-long");
  });

  it("when the person has had enough this month", () => {
    const claim = {
      at: noon - hour,
      addressId: "adr_phone",
      channel: "sms",
      purpose: "marketing",
      is: "claimed",
    } as const;
    const claims = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`msg_${n}.1`, claim]));
    const consents = consent("marketing", "in");
    expect(reasonOf({ category: marketing, gate: aGate({ consents, claims: claims(4) }) })).toBe(
      "cap-reached",
    );
    expect(reasonOf({ category: marketing, gate: aGate({ consents, claims: claims(3) }) })).toBe("send");
  });
});

describe("among senders of a channel", () => {
  it("a number people can answer comes before a name", () => {
    const steps = stepsOf(decide(input({ ...abroad("+4915123456789"), senders: [brandName, ukNumber] })));
    expect(steps).toEqual(["sms from uk-number, wait 0"]);
  });

  it("a number of their own country comes before a cheaper one from elsewhere", () => {
    const everywhere = aSender({ id: "a-us-number", countries: "*", costMicros: 1 });
    const steps = stepsOf(
      decide(
        input({ ...abroad("+447400123456"), senders: [everywhere, { ...ukNumber, costMicros: 50_000 }] }),
      ),
    );
    expect(steps).toEqual(["sms from uk-number, wait 0"]);
  });

  it("the cheaper one comes first, and of two alike the first by name", () => {
    const senders = [
      aSender({ id: "c", costMicros: 2 }),
      aSender({ id: "b", costMicros: 1 }),
      aSender({ id: "a", costMicros: 1 }),
    ];
    expect(stepsOf(decide(input({ category: textOnly, senders })))).toEqual(["sms from a, wait 0"]);
  });
});

describe("a message waits", () => {
  const night = Date.UTC(2026, 10, 24, 4); // 23:00 in New York
  const morning = Date.UTC(2026, 10, 24, 14);

  it("for the hour the caller asked for", () => {
    const message = aMessage({ sendAt: noon + hour });
    expect(decide(input({ message }))).toMatchObject({ is: "hold", until: noon + hour, reason: "send-at" });
    expect(decide(input({ message, now: noon + hour })).is).toBe("send");
  });

  it("for nine o'clock where the person is, with the rule that held it", () => {
    expect(decide(input({ now: night }))).toMatchObject({
      is: "hold",
      until: morning,
      reason: "quiet-hours: brand-hours in America/New_York",
    });
  });

  it("not when its category may go at any hour", () => {
    expect(decide(input({ now: night, category: aCategory({ purpose: "otp" }) })).is).toBe("send");
    expect(decide(input({ now: night, category: aCategory({ quietHours: "exempt" }) })).is).toBe("send");
  });

  it("in vain when it would be of no use by then", () => {
    const message = aMessage({ expiresAt: morning });
    expect(decide(input({ now: night, message }))).toMatchObject({
      is: "suppress",
      reason: "no-allowed-hour-before-expiry",
    });
  });

  it("not beyond its time", () => {
    expect(decide(input({ message: aMessage({ expiresAt: noon }) }))).toEqual({ is: "expire" });
  });
});

describe("an answer to a keyword", () => {
  it("goes back the way the person came, at night and after an opt-out", () => {
    const replyTo = { addressId: "adr_phone", senderId: "us-toll-free", inboundId: "inb_1" };
    const decision = decide(
      input({
        message: aMessage({ category: "keyword-answer", replyTo }),
        gate: aGate({ consents: consent("service", "out") }),
        now: Date.UTC(2026, 10, 24, 4),
      }),
    );
    expect(stepsOf(decision)).toEqual(["sms from us-toll-free, wait 0"]);
  });
});
