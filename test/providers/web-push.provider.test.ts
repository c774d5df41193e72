import { createECDH, randomBytes } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { newVapidKeys } from "../../bin/vapid.ts";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { type WebPushUsing, webPushProvider } from "../../functions/providers/web-push.provider.ts";
import { opened } from "../../local/carriers/web-push/decrypt.ts";
import { signedBy } from "../../local/carriers/web-push/signed-by.ts";
import { noon } from "../make.ts";
import { hangUp, listen } from "../../local/listen.ts";

const browser = createECDH("prime256v1");
browser.generateKeys();
const auth = randomBytes(16).toString("base64url");
const own = { privateKey: browser.getPrivateKey("base64url"), auth };
const secret = { ...newVapidKeys(), subject: "mailto:help@northwind.example" };

let asked: { path: string; headers: IncomingHttpHeaders; body: Buffer }[];
let answer: (response: ServerResponse) => void;
let origin: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      asked.push({ path: request.url ?? "", headers: request.headers, body: Buffer.concat(parts) });
      answer(response);
    });
  });
  origin = await listen(server);
  stop = () => hangUp(server);
});
afterAll(() => stop());
beforeEach(() => {
  asked = [];
  says(201, { location: `${origin}/message/0-1-2` });
});

const says = (status: number, headers: Record<string, string> = {}) => {
  answer = (response) => void response.writeHead(status, headers).end("x".repeat(100));
};
const toBrowser = (value = `${origin}/push/abc`, p256dh = browser.getPublicKey("base64url")) =>
  ({
    id: "adr_web",
    kind: "device",
    platform: "web",
    value,
    keys: { p256dh, auth },
    permission: "granted",
  }) as const;

function aNotification(more: Partial<Outgoing> = {}): Outgoing {
  return {
    attemptId: "msg_01HZX0000000000000000000MM.1",
    channel: "push",
    to: toBrowser(),
    from: "https://shop.northwind.example",
    content: { text: "Your parcel arrives today.", title: "Northwind", mediaUrls: [] },
    urgency: 2,
    validitySeconds: 60.7,
    statusUrl: "https://hooks.example.com/status",
    receipt: { token: "token", url: "https://hooks.example.com/v1/receipts" },
    ...more,
  };
}

const send = (more: Partial<Outgoing> = {}, using: Partial<WebPushUsing> = {}) =>
  webPushProvider({ secret: async () => secret, now: noon, isLocal: true, ...using }).send(
    aNotification(more),
  );
const shown = () => JSON.parse(opened(asked[0]?.body ?? Buffer.alloc(0), own)?.toString() ?? "{}");

describe("a notification to a browser", () => {
  it("is posted once to its endpoint, encrypted for it, signed by the business, with its time to live", async () => {
    expect(await send()).toEqual({ is: "accepted", providerMessageId: "0-1-2" });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.path).toBe("/push/abc");
    expect(asked[0]?.headers).toMatchObject({ ttl: "60", urgency: "high", "content-encoding": "aes128gcm" });
    expect(asked[0]?.headers).not.toHaveProperty("topic");
    expect(signedBy(asked[0]?.headers.authorization, origin, noon)).toBe(secret.publicKey);
    expect(shown()).toEqual({
      web_push: 8030,
      notification: {
        title: "Northwind",
        body: "Your parcel arrives today.",
        navigate: "https://shop.northwind.example",
        tag: "msg_01HZX0000000000000000000MM.1",
        data: {
          "heliograph-receipt": "token",
          "heliograph-receipt-url": "https://hooks.example.com/v1/receipts",
        },
      },
      mutable: true,
    });
  });

  it("carries all that a notification has, and a topic that replaces what waits", async () => {
    const actions = [
      { id: "track", title: "Track it", link: "https://a.example/track" },
      { id: "app", title: "In the app", link: "northwind://orders/1" },
    ];
    const push = { image: "https://a.example/1.png", badge: 3, collapseId: "order-1", actions };
    const content = { text: "On its way", link: "https://a.example/1", mediaUrls: [], push };
    await send({ content });
    expect(shown()).toMatchObject({
      notification: {
        title: "shop.northwind.example",
        navigate: "https://a.example/1",
        tag: "order-1",
        renotify: true,
        image: "https://a.example/1.png",
        actions: [
          { action: "track", title: "Track it", navigate: "https://a.example/track" },
          { action: "app", title: "In the app", navigate: "https://a.example/1" },
        ],
      },
      app_badge: 3,
    });
    const topic = asked[0]?.headers["topic"];
    expect(topic).toMatch(/^[\w-]{32}$/);
    await send({ content: { ...content, text: "It is here" } });
    expect(asked[1]?.headers["topic"]).toBe(topic);
  });

  it.each([
    ["a phone", { id: "adr_1", kind: "phone", value: "+12125550123", lineType: "mobile" }],
    [
      "an app",
      { id: "adr_1", kind: "device", value: "token-of-an-app", platform: "fcm", permission: "granted" },
    ],
    ["a browser without keys", { ...toBrowser("https://a.example"), keys: undefined }],
  ])("never goes to %s", async (_, to) => {
    expect(await send({ to: to as Outgoing["to"] })).toEqual({ is: "refused", reason: "not-a-browser" });
    expect(asked).toEqual([]);
  });

  it("is refused before it is posted when no push service would take it", async () => {
    const content = { text: "🎉".repeat(1000), mediaUrls: [] };
    expect(await send({ content })).toEqual({ is: "refused", reason: "payload-too-large" });
    const to = toBrowser(undefined, `B${"A".repeat(86)}`);
    expect(await send({ to })).toEqual({
      is: "refused",
      reason: "subscription-invalid",
      mark: "unreachable",
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [200, {}, { is: "accepted", providerMessageId: "unnamed" }],
    [404, {}, { is: "refused", reason: "subscription-gone", code: "404", mark: "unreachable" }],
    [410, {}, { is: "refused", reason: "subscription-gone", code: "410", mark: "unreachable" }],
    [413, {}, { is: "refused", reason: "payload-too-large", code: "413" }],
    [401, {}, { is: "refused", reason: "vapid-refused", code: "401" }],
    [403, {}, { is: "refused", reason: "vapid-refused", code: "403" }],
    [400, {}, { is: "refused", reason: "push-service-refused", code: "400" }],
    [
      301,
      { location: "https://else.example/" },
      { is: "refused", reason: "push-service-refused", code: "301" },
    ],
    [429, { "retry-after": "17" }, { is: "busy", reason: "over-the-rate", retryAfterSeconds: 17 }],
    [429, {}, { is: "busy", reason: "over-the-rate", retryAfterSeconds: 5 }],
    [
      503,
      { "retry-after": new Date(noon + 90_000).toUTCString() },
      { is: "busy", reason: "push-service-unavailable", retryAfterSeconds: 90 },
    ],
    [500, {}, { is: "busy", reason: "push-service-unavailable", retryAfterSeconds: 30 }],
    [
      503,
      { "retry-after": "86400" },
      { is: "busy", reason: "push-service-unavailable", retryAfterSeconds: 300 },
    ],
  ])("that is answered %d %j is %j, and asked for once", async (status, headers, expected) => {
    says(status, headers);
    expect(await send()).toEqual(expected);
    expect(asked).toHaveLength(1);
  });

  it("whose reply was lost is unknown", async () => {
    answer = (response) => response.socket?.destroy();
    expect(await send()).toEqual({ is: "unknown", reason: "reply-lost" });
    expect(asked).toHaveLength(1);
  });

  it("that found nobody to talk to is certainly unsent, and no outage of all push services", async () => {
    expect(await send({ to: toBrowser("http://127.0.0.1:59999/push/abc") })).toEqual({
      is: "busy",
      reason: "cannot-connect",
      retryAfterSeconds: 30,
    });
  });

  it.each([
    ["an endpoint on this machine, in the cloud", () => toBrowser(), {}],
    [
      "a name that leads into a network of ours",
      () => toBrowser("https://push.example/abc"),
      { to: "10.0.0.7" },
    ],
    [
      "a name that leads to a cloud's metadata",
      () => toBrowser("https://push.example/abc"),
      { to: "169.254.169.254" },
    ],
    ["an endpoint at another port", () => toBrowser("https://push.example:8443/abc"), {}],
    ["an address without a name", () => toBrowser("https://192.0.2.7/abc"), {}],
  ])("never goes to %s", async (_, to, leads: { to?: string }) => {
    const guard = { resolve: async () => [leads.to ?? "203.0.113.7"] };
    const refused = { is: "refused", reason: "endpoint-forbidden", mark: "unreachable" };
    expect(await send({ to: to() }, { isLocal: false, guard })).toEqual(refused);
    expect(asked).toEqual([]);
  });

  it("cannot be looked for afterwards, and reads no secret until it is sent", () => {
    const read: string[] = [];
    const provider = webPushProvider({
      secret: async () => {
        read.push("secret");
        return secret;
      },
      now: noon,
    });
    expect(provider.find).toBeUndefined();
    expect(read).toEqual([]);
  });
});
