import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ConsentEntry, stoppable } from "../../functions/consent/consent.ts";
import { consentIn, type Gate } from "../../functions/consent/gate.ts";
import { withWayOut } from "../../functions/consent/unsubscribe-line.ts";
import { pageAsking, pageDone, pageUnknown } from "../../functions/consent/unsubscribe-page.ts";
import { type Leaving, leavingIn, unsubscribeToken } from "../../functions/consent/unsubscribe-token.ts";
import { unsubscribeLanguages, unsubscribeWords } from "../../functions/consent/unsubscribe-words.ts";
import { unsubscribe } from "../../functions/consent/unsubscribe.ts";
import type { Contact } from "../../functions/contacts/contact.ts";
import { receiptToken } from "../../functions/messages/receipt-token.ts";
import { aContact, aGate, aMailbox, noon } from "../make.ts";

const key = "k".repeat(64);
const leaving: Leaving = {
  contactId: "con_01HZX0000000000000000000AA",
  addressId: "adr_mail",
  purpose: "marketing",
  messageId: "msg_01HZX0000000000000000000MM",
};

describe("a token that ends mail", () => {
  it("says whose mail of which kind, and nothing of the person", () => {
    const token = unsubscribeToken(leaving, key);
    expect(leavingIn(token, key)).toEqual(leaving);
    expect(token).toMatch(/^[\w.-]+$/);
  });

  it("is only one that we made, for exactly what it says", () => {
    const token = unsubscribeToken(leaving, key);
    const letter = fc.constantFrom("a", "Z", "0", "9", "_", "-", ".");
    fc.assert(
      fc.property(fc.nat(token.length - 1), letter, (place, other) => {
        const changed = token.slice(0, place) + other + token.slice(place + 1);
        expect(leavingIn(changed, key)).toEqual(changed === token ? leaving : undefined);
      }),
    );
    fc.assert(fc.property(fc.string(), (any) => leavingIn(any, key) === undefined));
    expect(leavingIn(token, "o".repeat(64))).toBeUndefined();
  });

  it("is no other token of the same key", () => {
    const said = [leaving.contactId, leaving.addressId, leaving.purpose, leaving.messageId].join(".");
    expect(leavingIn(receiptToken(said, key), key)).toBeUndefined();
  });
});

/** People with their gates and the ledger, in memory. */
function aBook(contacts: readonly Contact[], gates: readonly Gate[] = []) {
  const kept = new Map(gates.map((gate) => [gate.contactId, gate]));
  const ledger: ConsentEntry[] = [];
  let made = 0;
  const find = async (contactId: string) => kept.get(contactId) ?? aGate({ contactId });
  return {
    ledger,
    stateOf: async (contactId: string, addressId: string) =>
      consentIn(await find(contactId), addressId, "marketing"),
    using: {
      contacts: {
        find: async (id: string) => contacts.find((one) => one.id === id),
        findByAddress: async (kind: string, value: string) =>
          contacts.find(({ addresses }) => addresses.some((one) => one.kind === kind && one.value === value)),
      },
      gates: {
        find,
        replace: async (next: Gate) => {
          kept.set(next.contactId, next);
          return true;
        },
      },
      ledger: {
        append: async (entry: ConsentEntry) => void ledger.push(entry),
        list: async () => ledger,
      },
      publish: async () => undefined,
      ids: { next: () => `cse_${(made += 1)}` },
    },
  };
}

const ada = aContact({ addresses: [aMailbox()] });
const agreed = aGate({ consents: { "adr_mail/marketing": { state: "in", at: noon - 1, entryId: "cse_0" } } });

describe("unsubscribing", () => {
  it("withdraws consent for that purpose at that mailbox, with the e-mail as its proof", async () => {
    const { using, ledger, stateOf } = aBook([ada], [agreed]);
    await unsubscribe(leaving, noon, using);
    expect(await stateOf(ada.id, "adr_mail")).toBe("out");
    expect(ledger).toMatchObject([
      { purpose: "marketing", state: "out", method: "unsubscribe-link", source: leaving.messageId, at: noon },
    ]);
  });

  it("asked again is written once; after a new opt-in it counts again", async () => {
    const { using, ledger } = aBook([ada], [agreed]);
    await unsubscribe(leaving, noon, using);
    await unsubscribe(leaving, noon + 1000, using);
    expect(ledger).toHaveLength(1);
    const again = {
      ...agreed.consents["adr_mail/marketing"],
      state: "in" as const,
      at: noon + 2000,
      entryId: "cse_9",
    };
    await using.gates.replace(aGate({ consents: { "adr_mail/marketing": again } }));
    await unsubscribe(leaving, noon + 3000, using);
    expect(ledger).toHaveLength(2);
  });

  it("follows the mailbox to whose it is now", async () => {
    const before = aContact({
      addresses: [],
      formerAddresses: [{ id: "adr_mail", kind: "email", value: "ada@example.com" }],
    });
    const heir = aContact({
      id: "con_01HZX0000000000000000000BB",
      addresses: [{ ...aMailbox(), id: "adr_new" }],
    });
    const { using, stateOf } = aBook([before, heir]);
    await unsubscribe(leaving, noon, using);
    expect(await stateOf(before.id, "adr_mail")).toBe("out");
    expect(await stateOf(heir.id, "adr_new")).toBe("out");
  });

  it("of somebody who was erased stays with their gate, for whoever gets the mailbox next", async () => {
    const { using, stateOf } = aBook([]);
    await unsubscribe(leaving, noon, using);
    expect(await stateOf(leaving.contactId, "adr_mail")).toBe("out");
  });
});

const english = unsubscribeWords();

describe("the pages", () => {
  const brand = { name: '<b onclick="x">Nørthwind</b>', supportContact: "help@x.example" };
  it("ask before they do anything, run nothing and are kept by nobody", () => {
    for (const purpose of stoppable) {
      const { statusCode, headers, body = "" } = pageAsking(brand, purpose, english);
      expect(statusCode).toBe(200);
      expect(body).toContain('<form method="post">');
      expect(body).not.toContain("<b onclick");
      expect(headers?.["content-security-policy"]).toContain("default-src 'none'");
      expect(headers?.["cache-control"]).toContain("no-store");
    }
  });

  it.each(unsubscribeLanguages)("are written out in %s, for each kind of mail", (language) => {
    const words = unsubscribeWords(language);
    const pages = stoppable.flatMap((purpose) => [
      pageAsking({ ...brand, name: "Northwind" }, purpose, words),
      pageDone({ ...brand, name: "Northwind" }, purpose, words),
    ]);
    const bodies = pages.map(({ body = "" }) => body);
    expect(new Set(bodies).size, "all are different").toBe(2 * stoppable.length);
    for (const body of bodies) {
      expect(body).toContain(`<html lang="${language}">`);
      expect(body).toContain("Northwind");
    }
    expect(pageUnknown(brand, words).body).toContain("help@x.example");
  });

  it.each([
    [["de-AT", "en"], "de"],
    [["pt-BR"], "pt"],
    [["xx", "fr-CA", "en"], "fr"],
    [[undefined, "nl"], "nl"],
    [["*"], "en"],
    [["xx"], "en"],
    [[], "en"],
  ])("are in the first language of %j that there are words for: %s", (wishes, language) => {
    expect(unsubscribeWords(...wishes).language).toBe(language);
  });

  it("say what was done, and who can help with a link that leads nowhere", () => {
    expect(pageDone(brand, "marketing", english).body).toContain("You are unsubscribed");
    expect(pageUnknown(brand, english)).toMatchObject({
      statusCode: 404,
      body: expect.stringContaining("help@x.example"),
    });
  });
});

describe("the way out of an e-mail", () => {
  const url = "https://api.example/unsubscribe/t";
  const content = (text: string, html: string) => ({ text, html, subject: "News", mediaUrls: [] });
  it("stands where it has its place", () => {
    const placed = content("Stop: {{unsubscribe}}", '<a href="{{unsubscribe}}">Stop</a>');
    expect(withWayOut(placed, url, "Unsubscribe")).toMatchObject({
      text: `Stop: ${url}`,
      html: `<a href="${url}">Stop</a>`,
    });
    expect(withWayOut(placed, url).text, "whatever the mail is for").toBe(`Stop: ${url}`);
  });

  it("stands below marketing that has no place for it, inside its page, and below nothing else", () => {
    const plain = content("News", "<html><BODY>News</BODY></html>");
    const { text, html } = withWayOut(plain, url, "Unsubscribe");
    expect(text).toContain(url);
    expect(html).toMatch(/News<p[^>]*><a href="[^"]*">Unsubscribe<\/a><\/p><\/BODY><\/html>$/);
    expect(withWayOut(plain, url)).toEqual(plain);
  });
});
