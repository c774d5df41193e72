import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meaningOf } from "../../functions/consent/keyword.ts";

const stops = [
  "stop",
  "stopall",
  "stop all",
  "unsubscribe",
  "cancel",
  "end",
  "quit",
  "revoke",
  "opt out",
  "optout",
  "arret",
  "parar",
  "stopp",
  "退订",
  "停止",
];
const starts = ["start", "unstop"];
const helps = ["help", "info", "aide", "ayuda", "hilfe", "ヘルプ"];

/** The same word as people type it. */
function typed(word: string): fc.Arbitrary<string> {
  const around = fc.array(
    fc.constantFrom(" ", "\n", "\t", ".", "!", "?", '"', "'", "*", "-", "🙏", "😡", "\u00a0"),
    { maxLength: 4 },
  );
  const letters = fc.tuple(
    ...word.split("").map((letter) => fc.constantFrom(letter.toLowerCase(), letter.toUpperCase())),
  );
  const between = fc.constantFrom("", "", "", " ");
  return fc
    .tuple(around, letters, between, around)
    .map(([before, body, space, after]) => before.join("") + body.join(space) + after.join(""));
}

describe("a keyword", () => {
  it.each([
    ["opt-out", stops],
    ["opt-in", starts],
    ["help", helps],
  ] as const)("means %s in any case, spacing and punctuation", (is, words) => {
    fc.assert(
      fc.property(fc.constantFrom(...words).chain(typed), (text) => {
        expect(meaningOf(text, false)).toEqual({ is, by: "keyword" });
      }),
      { numRuns: 500 },
    );
  });

  it("is read without its accents and in full-width letters", () => {
    expect(meaningOf("Arrêt", false).is).toBe("opt-out");
    expect(meaningOf("ＳＴＯＰ", false).is).toBe("opt-out");
    expect(meaningOf("إيقاف", false).is).toBe("opt-out");
  });

  it("is only one when it is the whole message", () => {
    for (const text of [
      "Start the car",
      "Can you help me?",
      "The end of the road",
      "I quit my job",
      "cancel my appointment",
    ]) {
      expect(meaningOf(text, true)).toEqual({ is: "text" });
    }
  });

  it("YES opts in only somebody who has opted out; else it answers a question", () => {
    expect(meaningOf("Yes", false)).toEqual({ is: "text" });
    expect(meaningOf("Yes", true)).toEqual({ is: "opt-in", by: "keyword" });
  });
});

describe("words that plainly ask to be left alone", () => {
  it.each([
    "please stop texting me",
    "Stop sending me these!!",
    "No more messages",
    "unsubscribe me",
    "How do I unsubscribe from this?",
    "pls don't text me",
    "DO NOT CONTACT ME AGAIN",
    "I don't want any more of your texts",
    "take me off this list",
    "remove my number",
    "opt me out please",
    "No más mensajes",
    "stop it",
    "stop these texts",
    "leave me alone",
    "I revoke my consent",
  ])("opt out: %s", (text) => {
    expect(meaningOf(text, false)).toEqual({ is: "opt-out", by: "phrase" });
  });

  it.each([
    "Please don't stop texting me, I love these",
    "Don't unsubscribe me",
    "Can you stop by tomorrow?",
    "Where is the bus stop?",
    "I don't want to miss your offers",
    "My order has not come",
    "",
    "👍",
  ])("are not: %s", (text) => {
    expect(meaningOf(text, false)).toEqual({ is: "text" });
  });

  it("never take a free text for an opt-in or a call for help", () => {
    fc.assert(
      fc.property(
        fc.lorem({ maxCount: 12 }),
        fc.constantFrom(...starts, ...helps, "yes"),
        (words, keyword) => {
          expect(["text", "opt-out"]).toContain(meaningOf(`${words} ${keyword} ${words}`, true).is);
        },
      ),
    );
  });

  it("are looked for in any text without fail", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), fc.boolean(), (text, isOut) => {
        expect(meaningOf(text, isOut).is).toMatch(/^(opt-out|opt-in|help|text)$/);
      }),
    );
  });
});
