import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Click } from "../../functions/links/click.ts";
import { follow } from "../../functions/links/follow.ts";
import { codeOf, type Link } from "../../functions/links/link.ts";
import { shortener } from "../../functions/links/shorten.ts";
import { sortableIds } from "../../functions/platform/ids.ts";
import { noon } from "../make.ts";

const person = {
  "user-agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
  "accept-language": "en",
  accept: "text/html",
};
const messageId = "msg_01HZX0000000000000000000MM";
const day = 86_400_000;

/** Links in memory, made and followed as they are deployed. */
function aBoard() {
  const kept = new Map<string, Link>();
  const clicks: Click[] = [];
  const links = {
    find: async (code: string) => kept.get(code),
    create: async (link: Link) => (kept.has(link.code) ? false : (kept.set(link.code, link), true)),
  };
  const shorten = shortener({ links, base: "https://nw.example", keepDays: 30 });
  const using = {
    find: links.find,
    sendClick: async (click: Click) => void clicks.push(click),
    ids: sortableIds,
  };
  const visit = (code: string, headers: Record<string, string> = person, now = noon, method = "GET") =>
    follow(code, { method, headers }, now, using);
  return { kept, clicks, links, shorten, visit, using };
}
const codeIn = (url: string) => url.split("/").at(-1) ?? "";

describe("a short link", () => {
  it("begins with the business's own domain, and is the same whenever its message asks", async () => {
    const { shorten, kept } = aBoard();
    const link = await shorten("https://northwind.example/parcel?id=7", messageId, noon);
    expect(link).toMatch(/^https:\/\/nw\.example\/[0-9A-Za-z]{10}$/);
    expect(await shorten("https://northwind.example/parcel?id=7", messageId, noon + 1)).toBe(link);
    expect(kept.size).toBe(1);
  });

  it("is another one at each place of the message, and leads from there", async () => {
    const { shorten, visit } = aBoard();
    const link = await shorten("https://northwind.example/", messageId, noon);
    const button = await shorten("https://northwind.example/track", messageId, noon, "action-track");
    expect(button).not.toBe(link);
    expect(await visit(codeIn(link))).toMatchObject({ headers: { location: "https://northwind.example/" } });
    expect(await visit(codeIn(button))).toMatchObject({
      headers: { location: "https://northwind.example/track" },
    });
  });

  it("is another one where somebody else's message has the code", async () => {
    const { shorten, kept } = aBoard();
    const taken = codeOf(messageId, 0);
    const other = {
      code: taken,
      url: "https://other.example/",
      messageId: "msg_OTHER",
      expiresAt: noon + day,
    };
    kept.set(taken, other);
    expect(codeIn(await shorten("https://northwind.example/", messageId, noon))).toBe(codeOf(messageId, 1));
    expect(kept.get(taken)).toEqual(other);
  });

  it("leads a person on at once and counts the visit, with nothing of who it was", async () => {
    const { shorten, visit, clicks } = aBoard();
    const code = codeIn(await shorten("https://northwind.example/parcel", messageId, noon));
    const answer = await visit(code);
    expect(answer).toMatchObject({
      statusCode: 302,
      headers: { location: "https://northwind.example/parcel" },
    });
    expect(answer.headers?.["cache-control"]).toContain("no-store");
    expect(clicks).toEqual([{ clickId: expect.stringMatching(/^clk_/), messageId, by: "phone", at: noon }]);
  });

  it("leads scanners on as well, and counts none of them", async () => {
    const { shorten, visit, clicks } = aBoard();
    const code = codeIn(await shorten("https://northwind.example/parcel", messageId, noon));
    const answers = [await visit(code, { "user-agent": "curl/8" }), await visit(code, person, noon, "HEAD")];
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([302, 302]);
    expect(clicks).toEqual([]);
  });

  it("leads on when the visit cannot be counted", async () => {
    const { shorten, using } = aBoard();
    const code = codeIn(await shorten("https://northwind.example/", messageId, noon));
    const sendClick = () => Promise.reject(new Error("the queue is out"));
    const answer = await follow(code, { method: "GET", headers: person }, noon, { ...using, sendClick });
    expect(answer.statusCode).toBe(302);
  });

  it("leads nowhere after its days, as one that never was", async () => {
    const { shorten, visit } = aBoard();
    const code = codeIn(await shorten("https://northwind.example/", messageId, noon));
    expect((await visit(code, person, noon + 30 * day - 1)).statusCode).toBe(302);
    expect(await visit(code, person, noon + 30 * day)).toEqual(await visit("AAAAAAAAAA"));
  });

  it("never leads to where a request says, whatever it says", async () => {
    const { shorten, visit, kept } = aBoard();
    const target = "https://northwind.example/parcel";
    const code = codeIn(await shorten(target, messageId, noon));
    const evil = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl(),
      fc.constantFrom(
        "//evil.example",
        "https://evil.example",
        "..%2f..%2fevil",
        `${code}?url=https://evil.example`,
        `${code}\r\nlocation: https://evil.example`,
        `${code}/`,
        `${code} `,
        "__proto__",
        "constructor",
      ),
      fc.string().map((tail) => code + tail),
    );
    const headers = fc.dictionary(
      fc.constantFrom("host", "x-forwarded-host", "referer", "location", "x-original-url", "user-agent"),
      evil,
    );
    await fc.assert(
      fc.asyncProperty(evil, headers, async (asked, more) => {
        const answer = await visit(asked, { ...person, ...more });
        const location = answer.headers?.["location"];
        expect(asked === code ? target : undefined).toBe(location);
        expect((await visit(code, { ...person, ...more })).headers?.["location"]).toBe(target);
      }),
      { numRuns: 500 },
    );
    expect(kept.size).toBe(1);
  });

  it("has nothing in its target that could end a line of the answer's head", async () => {
    const { shorten, kept } = aBoard();
    await fc.assert(
      fc.asyncProperty(fc.string(), async (tail) => {
        kept.clear();
        await shorten(`https://northwind.example/${tail}\r\nset-cookie: a=b`, messageId, noon);
        for (const { url } of kept.values()) expect(url).toMatch(/^[\x21-\x7e]+$/);
      }),
    );
  });
});
