/** Who follows a link, as far as a click is concerned: a person, or something that only looks where it leads. */
export type Visitor = "phone" | "computer" | "scanner";

/** What is known of a visit. Nothing of it is kept. */
export interface Visit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** Words by which those that look at links name themselves: previews of messengers, crawlers, security gateways, programs. */
const scannerWords = [
  "bot",
  "crawl",
  "spider",
  "preview",
  "scan",
  "facebookexternalhit",
  "facebot",
  "whatsapp/",
  "skypeuripreview",
  "slack-imgproxy",
  "google-pagerenderer",
  "google-safety",
  "googleother",
  "google-read-aloud",
  "mediapartners",
  "bingpreview",
  "embedly",
  "vkshare",
  "iframely",
  "snapchat",
  "cfnetwork",
  "headless",
  "phantomjs",
  "lighthouse",
  "barracuda",
  "proofpoint",
  "mimecast",
  "symantec",
  "trendmicro",
  "trend micro",
  "forcepoint",
  "fortiguard",
  "zscaler",
  "safelinks",
  "urldefense",
  "virustotal",
  "cloudmark",
  "curl",
  "wget",
  "python",
  "go-http-client",
  "okhttp",
  "java/",
  "apache-httpclient",
  "axios",
  "node-fetch",
  "undici",
  "ruby",
  "perl",
  "php",
  "dart:io",
] as const;

/** Headers by which browsers say that nobody has asked for the page yet. */
const lookAhead = ["sec-purpose", "purpose", "x-purpose", "x-moz"] as const;

/** Tells people from everything that follows links without being asked to; when in doubt it is no click. */
export function visitorOf({ method, headers }: Visit): Visitor {
  const agent = (headers["user-agent"] ?? "").toLowerCase();
  const isAhead = lookAhead.some((name) => /prefetch|preview|prerender/.test(headers[name] ?? ""));
  // Each browser names itself so, and says which languages its owner reads and that it wants a page.
  const isBrowser =
    agent.startsWith("mozilla/5.0 (") &&
    Boolean(headers["accept-language"]) &&
    /text\/html|\*\/\*/.test(headers["accept"] ?? "");
  const isEmbedded = /^(?!navigate).+/.test(headers["sec-fetch-mode"] ?? "");
  const isNamed = scannerWords.some((word) => agent.includes(word));
  if (method !== "GET" || isAhead || !isBrowser || isEmbedded || isNamed) return "scanner";
  return /android|iphone|ipad|mobile/.test(agent) ? "phone" : "computer";
}

/** Nobody reads a message and follows its link sooner after it left us; what looks at links in between does. */
const soonest = { phone: 2_000, computer: 10_000 } as const;

/** Whether somebody was too quick for a person. */
export function isTooSoon(visitor: Exclude<Visitor, "scanner">, sentAt: number, at: number): boolean {
  return at - sentAt < soonest[visitor];
}
