import { describe, expect, it } from "vitest";
import { segmentsOf } from "../../functions/channels/segments.ts";
import { meaningOf } from "../../functions/consent/keyword.ts";
import { answerTo } from "../../functions/inbound/answers.ts";

const brand = {
  name: "Northwind",
  supportContact: "help@northwind.example",
  hours: { from: "09:00", to: "21:00" },
  homeCountry: "US",
};
const keywords = ["opt-out", "opt-in", "help"] as const;

describe("the answer to a keyword", () => {
  it.each(keywords)("to %s names the brand and costs one segment", (keyword) => {
    expect(answerTo(keyword, brand)).toContain("Northwind");
    expect(segmentsOf(answerTo(keyword, brand)).count).toBe(1);
  });

  it("to a call for help says where to turn to and how to stop", () => {
    expect(answerTo("help", brand)).toMatch(/help@northwind\.example.*STOP/);
  });

  it("to an opt-out says how to come back", () => {
    expect(answerTo("opt-out", brand)).toContain("START");
  });

  it("never keeps a conversation of two machines going: sent back it means nothing new", () => {
    expect(meaningOf(answerTo("opt-in", brand), true)).toEqual({ is: "text" });
    expect(meaningOf(answerTo("help", brand), true)).toEqual({ is: "text" });
    expect(["text", "opt-out"]).toContain(meaningOf(answerTo("opt-out", brand), true).is);
  });
});
