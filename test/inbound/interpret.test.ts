import { describe, expect, it } from "vitest";
import { interpret } from "../../functions/inbound/interpret.ts";
import type { Arrived } from "../../functions/providers/provider.ts";
import type { Sender } from "../../functions/senders/sender.ts";
import { aSender, noon } from "../make.ts";

const arrived = (text: string): Arrived => ({
  connection: "twilio-main",
  providerMessageId: "SM1",
  channel: "sms",
  from: "+12125550123",
  to: "+15005550006",
  text,
  mediaUrls: [],
  at: noon,
});
const answeredBy = (text: string, sender: Partial<Sender>) =>
  interpret(arrived(text), aSender({ keywordsAnsweredBy: "provider", ...sender }), "in").answeredBy;

describe("who answers a keyword at a number whose provider does", () => {
  it.each([
    ["STOP", "toll-free", "provider"],
    [" unstop ", "toll-free", "provider"],
    ["CANCEL", "toll-free", "heliograph"],
    ["Cancel", "10dlc", "provider"],
    ["Stop!", "10dlc", "heliograph"],
    ["Arrêt", "10dlc", "heliograph"],
    ["please stop texting me", "10dlc", "heliograph"],
    ["HELP", "short-code", "provider"],
    ["Where is it?", "10dlc", "nobody"],
  ] as const)("%s at a %s number: %s", (text, kind, who) => {
    expect(answeredBy(text, { kind })).toBe(who);
  });

  it("is nobody when the identity takes no replies or we cannot tell who wrote", () => {
    expect(
      interpret(arrived("STOP"), aSender({ kind: "alphanumeric", identity: "BRAND" }), "in").answeredBy,
    ).toBe("nobody");
    expect(interpret(arrived("STOP"), aSender(), undefined).answeredBy).toBe("nobody");
  });
});
