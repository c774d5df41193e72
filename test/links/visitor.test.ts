import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isTooSoon, visitorOf } from "../../functions/links/visitor.ts";

const asked = { accept: "text/html,application/xhtml+xml,*/*;q=0.8", "accept-language": "en-US,en;q=0.9" };
const visit = (agent: string, more: Record<string, string> = {}, method = "GET") =>
  visitorOf({ method, headers: { ...asked, "user-agent": agent, ...more } });

const iphone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1";
const android =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36";
const computer =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

/** How previews, crawlers and gateways call themselves, many of them behind the name of a browser. */
const scanners = [
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
  "WhatsApp/2.23.20.0 A",
  "TelegramBot (like TwitterBot)",
  "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
  "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
  "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 7_0 like Mac OS X) AppleWebKit/537.51.1 (KHTML, like Gecko) Mobile (compatible; bingbot/2.0)",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; Trend Micro WTP) AppleWebKit/537.36",
  "python-requests/2.32.3",
  "curl/8.9.1",
  "Go-http-client/2.0",
  "okhttp/4.12.0",
  "Java/17.0.2",
  "",
];

describe("who follows a link", () => {
  it("is a person when a phone or a computer asks for a page in its owner's language", () => {
    expect([visit(iphone), visit(android), visit(computer)]).toEqual(["phone", "phone", "computer"]);
    expect(visit(iphone, { "sec-fetch-mode": "navigate" })).toBe("phone");
  });

  it.each(scanners)("is no person when it calls itself '%s'", (agent) => {
    expect(visit(agent)).toBe("scanner");
  });

  it("is no person when nobody has asked for the page yet, or only its head", () => {
    expect(visit(iphone, {}, "HEAD")).toBe("scanner");
    expect(visit(computer, { "sec-purpose": "prefetch;prerender" })).toBe("scanner");
    expect(visit(computer, { purpose: "prefetch" })).toBe("scanner");
    expect(visit(iphone, { "x-purpose": "preview" })).toBe("scanner");
    expect(visit(computer, { "x-moz": "prefetch" })).toBe("scanner");
    expect(visit(computer, { "sec-fetch-mode": "no-cors" })).toBe("scanner");
  });

  it("is no person without a language or when no page is wanted, as from machines in data centers", () => {
    expect(visit(iphone, { "accept-language": "" })).toBe("scanner");
    expect(visit(computer, { accept: "image/png" })).toBe("scanner");
  });

  it("never is a person by any header that a known scanner adds", () => {
    const headers = fc.dictionary(fc.constantFrom("accept", "referer", "sec-fetch-mode", "dnt"), fc.string());
    fc.assert(
      fc.property(fc.constantFrom(...scanners), headers, (agent, more) => {
        expect(visit(agent, more)).toBe("scanner");
      }),
    );
  });

  it("is no person sooner than a message can be read", () => {
    expect([isTooSoon("phone", 0, 1_999), isTooSoon("phone", 0, 2_000)]).toEqual([true, false]);
    expect([isTooSoon("computer", 0, 9_999), isTooSoon("computer", 0, 10_000)]).toEqual([true, false]);
  });
});
