import { describe, expect, it } from "vitest";
import { arrivedFrom, delayOf, receiptFrom } from "../../functions/providers/callbacks.ts";
import { meaningOfCode } from "../../functions/providers/twilio-codes.ts";
import table from "../../functions/providers/twilio-codes.json" with { type: "json" };
import { noon } from "../make.ts";

const attemptId = "msg_01HZX0000000000000000000MM.1";
const sid = `SM${"2".repeat(32)}`;
const fieldsOf = (fields: Record<string, string>) =>
  new Map(Object.entries(fields).map(([name, value]) => [name, [value]]));
const receipt = (fields: Record<string, string>) =>
  receiptFrom(fieldsOf({ MessageSid: sid, ...fields }), attemptId, noon);

describe("a status callback", () => {
  it.each([
    ["queued", "provider-accepted"],
    ["sending", "provider-accepted"],
    ["sent", "carrier-accepted"],
    ["delivered", "delivered"],
    ["read", "read"],
    ["undelivered", "undelivered"],
    ["failed", "failed"],
    ["canceled", "expired"],
  ])("'%s' is %s", (MessageStatus, is) => {
    expect(receipt({ MessageStatus })).toEqual({
      attemptId,
      is,
      at: noon,
      from: "callback",
      providerMessageId: sid,
    });
  });

  it.each([
    ["undelivered", "30005", { is: "undelivered", reason: "permanent-number", mark: "unreachable" }],
    ["undelivered", "30003", { is: "undelivered", reason: "transient-number" }],
    ["failed", "21610", { is: "failed", reason: "opted-out", mark: "opted-out" }],
    ["failed", "30036", { is: "expired", reason: "expired" }],
    ["undelivered", "31999", { is: "undelivered", reason: "unknown-code" }],
  ])("'%s' with %s says why", (MessageStatus, ErrorCode, expected) => {
    const found = receipt({ MessageStatus, ErrorCode });
    expect(found).toMatchObject({ ...expected, code: ErrorCode });
    expect(found?.mark).toBe("mark" in expected ? expected.mark : undefined);
  });

  it.each([
    ["sending", 5],
    ["sent", 5],
    ["delivered", 0],
    ["failed", 0],
  ])("'%s' waits %d seconds for what may say more", (MessageStatus, seconds) => {
    const found = receipt({ MessageStatus });
    expect(found && delayOf(found)).toBe(seconds);
  });

  it("says nothing without a message, a status we know, or an attempt of ours", () => {
    expect(receiptFrom(fieldsOf({ MessageStatus: "sent" }), attemptId, noon)).toBeUndefined();
    expect(receipt({})).toBeUndefined();
    expect(receipt({ MessageStatus: "constructor" })).toBeUndefined();
    expect(
      receiptFrom(fieldsOf({ MessageSid: sid, MessageStatus: "sent" }), "msg_1.1", noon),
    ).toBeUndefined();
  });

  it("has a code without meaning when there is none", () => {
    expect(receipt({ MessageStatus: "sent", ErrorCode: "" })).not.toHaveProperty("code");
  });
});

describe("the table of codes", () => {
  it("marks an address only for what is true of the address itself", () => {
    const marked = Object.keys(table.codes).filter((code) => meaningOfCode(code).mark === "unreachable");
    expect(marked).toContain("21614");
    for (const code of ["30003", "30008", "30450", "63024", "30007", "20003"])
      expect(marked).not.toContain(code);
  });

  it("knows every opt-out", () => {
    const optOuts = Object.keys(table.codes).filter((code) => meaningOfCode(code).mark === "opted-out");
    expect(optOuts).toEqual(expect.arrayContaining(["21610", "30630"]));
  });
});

describe("a message from a person", () => {
  const text = {
    MessageSid: sid,
    From: "+12125550123",
    To: "+15005550006",
    Body: "Stop\u00a0please 👋",
    NumMedia: "0",
  };

  it("arrives as it was written", () => {
    expect(arrivedFrom(fieldsOf(text), "twilio-main", noon)).toEqual({
      connection: "twilio-main",
      providerMessageId: sid,
      channel: "sms",
      from: text.From,
      to: text.To,
      text: text.Body,
      mediaUrls: [],
      at: noon,
    });
  });

  it.each([
    ["STOP", "opt-out"],
    ["START", "opt-in"],
    ["HELP", "help"],
    ["", undefined],
    ["toString", undefined],
  ])("says that the provider has handled %j already", (OptOutType, handledKeyword) => {
    expect(arrivedFrom(fieldsOf({ ...text, OptOutType }), "twilio-main", noon)?.handledKeyword).toBe(
      handledKeyword,
    );
  });

  it("brings its pictures, ten at most", () => {
    const media = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`MediaUrl${index}`, `https://m.example/${index}`]),
    );
    const arrived = arrivedFrom(fieldsOf({ ...text, ...media, NumMedia: "12" }), "twilio-main", noon);
    expect(arrived).toMatchObject({ channel: "mms", mediaUrls: { length: 10 } });
  });

  it("is nothing without a sender", () => {
    expect(arrivedFrom(fieldsOf({ MessageSid: sid, To: text.To }), "twilio-main", noon)).toBeUndefined();
  });
});
