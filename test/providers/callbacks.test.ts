import { describe, expect, it } from "vitest";
import { arrivedFrom, receiptFrom } from "../../functions/providers/callbacks.ts";
import { attemptOfToken, receiptToken } from "../../functions/messages/receipt-token.ts";
import { noon } from "../make.ts";

const attemptId = "msg_01HZX0000000000000000000MM.2";
const fields = (given: Record<string, string>) =>
  new Map(Object.entries(given).map(([name, value]) => [name, [value]]));

describe("a status callback", () => {
  it.each([
    ["queued", "provider-accepted"],
    ["sent", "carrier-accepted"],
    ["delivered", "delivered"],
    ["read", "read"],
    ["undelivered", "undelivered"],
    ["failed", "failed"],
    ["canceled", "expired"],
  ])("%s is %s", (status, is) => {
    expect(receiptFrom(fields({ MessageSid: "SM1", MessageStatus: status }), attemptId, noon)).toMatchObject({
      is,
      attemptId,
    });
  });

  it("tells carrier-accepted and delivered apart: only one of them proves arrival", () => {
    const sent = receiptFrom(fields({ MessageSid: "SM1", MessageStatus: "sent" }), attemptId, noon);
    expect(sent?.is).not.toBe("delivered");
  });

  it("with the validity period over is expired, with our word for its code", () => {
    const dropped = receiptFrom(
      fields({ MessageSid: "SM1", MessageStatus: "undelivered", ErrorCode: "30036" }),
      attemptId,
      noon,
    );
    expect(dropped).toMatchObject({ is: "expired", code: "30036" });
  });

  it("for an unknown status, or an attempt that is none, says nothing", () => {
    expect(
      receiptFrom(fields({ MessageSid: "SM1", MessageStatus: "dreaming" }), attemptId, noon),
    ).toBeUndefined();
    expect(
      receiptFrom(fields({ MessageSid: "SM1", MessageStatus: "sent" }), "msg_1.x", noon),
    ).toBeUndefined();
  });
});

describe("a message somebody sent", () => {
  it("keeps its text as it was and names its media", () => {
    const arrived = arrivedFrom(
      fields({
        MessageSid: "SM2",
        From: "+12125550123",
        To: "+15005550006",
        Body: " stop ",
        NumMedia: "1",
        MediaUrl0: "https://m.example/1",
      }),
      "twilio-main",
      noon,
    );
    expect(arrived).toMatchObject({
      text: " stop ",
      channel: "mms",
      mediaUrls: ["https://m.example/1"],
      connection: "twilio-main",
    });
  });

  it("says which keyword the provider has already answered", () => {
    const stop = fields({
      MessageSid: "SM2",
      From: "+12125550123",
      To: "+18885550100",
      Body: "STOP",
      OptOutType: "STOP",
    });
    expect(arrivedFrom(stop, "twilio-main", noon)?.handledKeyword).toBe("opt-out");
  });
});

describe("the token of a push receipt", () => {
  const key = "k".repeat(64);

  it("speaks for the attempt it was made for", () => {
    expect(attemptOfToken(receiptToken(attemptId, key), key)).toBe(attemptId);
  });

  it("speaks for no other attempt, and not under another key", () => {
    const token = receiptToken(attemptId, key);
    expect(attemptOfToken(token.replace(".2.", ".3."), key)).toBeUndefined();
    expect(attemptOfToken(token, "x".repeat(64))).toBeUndefined();
    expect(attemptOfToken("", key)).toBeUndefined();
  });
});
