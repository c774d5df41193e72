import { createServer, type ServerResponse } from "node:http";
import { PinpointClient } from "@aws-sdk/client-pinpoint";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { providers } from "../../functions/providers/all.provider.ts";
import { pinpointProvider } from "../../functions/providers/pinpoint.provider.ts";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { noon } from "../make.ts";
import { hangUp, listen } from "../../local/listen.ts";

type Json = Readonly<Record<string, unknown>>;
const device = "fGhIjKl-Device-Token";

let asked: { path: string; body: unknown }[];
let answer: (response: ServerResponse) => void;
let endpoint: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (part) => (text += part));
    request.on("end", () => {
      asked.push({ path: request.url ?? "", body: JSON.parse(text) });
      answer(response);
    });
  });
  endpoint = await listen(server);
  stop = () => hangUp(server);
});
afterAll(() => stop());
beforeEach(() => (asked = []));

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const clientAt = (at: string) =>
  new PinpointClient({ region: "us-east-1", endpoint: at, credentials, maxAttempts: 1 });
const send = (more: Partial<Outgoing> = {}) => pinpointProvider(clientAt(endpoint)).send(aNotification(more));

function says(status: number, body: object, headers: Record<string, string> = {}) {
  answer = (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(body));
  };
}

const saysOf = (DeliveryStatus: string, StatusCode = 200, StatusMessage = "") =>
  says(200, {
    ApplicationId: "app",
    Result: { [device]: { DeliveryStatus, StatusCode, StatusMessage, MessageId: "m1" } },
  });

function aNotification(more: Partial<Outgoing> = {}): Outgoing {
  return {
    attemptId: "msg_01HZX0000000000000000000MM.1",
    channel: "push",
    to: { id: "adr_app", kind: "device", value: device, platform: "fcm", permission: "granted" },
    from: "northwind-app",
    content: {
      text: "Your parcel arrives today.",
      title: "Northwind",
      link: "https://a.example/1",
      mediaUrls: ["https://a.example/1.png"],
    },
    validitySeconds: 60.7,
    statusUrl: "https://hooks.example.com/status",
    receipt: { token: "token", url: "https://hooks.example.com/v1/receipts" },
    ...more,
  };
}

const data = {
  "heliograph-receipt": "token",
  "heliograph-receipt-url": "https://hooks.example.com/v1/receipts",
};
const shared = {
  Title: "Northwind",
  Body: "Your parcel arrives today.",
  Action: "URL",
  Url: "https://a.example/1",
  TimeToLive: 60,
  Data: data,
};

describe("a notification through Pinpoint", () => {
  it.each([
    ["fcm", "GCM", { GCMMessage: { ...shared, ImageUrl: "https://a.example/1.png" } }],
    ["apns", "APNS", { APNSMessage: { ...shared, MediaUrl: "https://a.example/1.png" } }],
  ] as const)(
    "carries to %s what the app needs to report that it was seen",
    async (platform, ChannelType, MessageConfiguration) => {
      saysOf("SUCCESSFUL");
      const to = { id: "adr_app", kind: "device", value: device, platform, permission: "granted" } as const;
      expect(await send({ to })).toEqual({ is: "accepted", providerMessageId: "m1" });
      expect(asked).toEqual([
        {
          path: "/v1/apps/northwind-app/messages",
          body: { Addresses: { [device]: { ChannelType } }, MessageConfiguration },
        },
      ]);
    },
  );

  it("opens the app when it has no link", async () => {
    saysOf("SUCCESSFUL");
    await send({ content: { text: "Hello", mediaUrls: [] } });
    expect(asked[0]?.body).toMatchObject({ MessageConfiguration: { GCMMessage: { Action: "OPEN_APP" } } });
  });

  const rich = {
    text: "Your parcel is here.",
    title: "Northwind",
    link: "https://a.example/1",
    mediaUrls: [],
    push: {
      image: "https://a.example/2.png",
      deepLink: "northwind://orders/1",
      badge: 3,
      collapseId: "order-1",
    },
  };
  const actions = [
    { id: "keep", title: "Keep it" },
    { id: "return", title: "Send back", link: "northwind://returns/1" },
  ];
  const apple = {
    id: "adr_app",
    kind: "device",
    value: device,
    platform: "apns",
    permission: "granted",
  } as const;

  it("carries picture, deep link, badge and collapse id to FCM, in its fields and as data for the app", async () => {
    saysOf("SUCCESSFUL");
    await send({ content: { ...rich, push: { ...rich.push, actions } } });
    expect(asked[0]?.body).toMatchObject({
      MessageConfiguration: {
        GCMMessage: {
          Action: "DEEP_LINK",
          Url: "northwind://orders/1",
          ImageUrl: "https://a.example/2.png",
          CollapseKey: "order-1",
          Data: {
            ...data,
            "heliograph-actions": JSON.stringify(actions),
            "heliograph-badge": "3",
            "heliograph-collapse-id": "order-1",
          },
        },
      },
    });
  });

  it("carries them to APNs in fields that it draws itself", async () => {
    saysOf("SUCCESSFUL");
    await send({ to: apple, content: rich });
    expect(asked[0]?.body).toMatchObject({
      MessageConfiguration: {
        APNSMessage: {
          Title: "Northwind",
          Action: "DEEP_LINK",
          Url: "northwind://orders/1",
          MediaUrl: "https://a.example/2.png",
          Badge: 3,
          CollapseId: "order-1",
          Data: data,
        },
      },
    });
  });

  it("writes APNs' own payload for buttons: Pinpoint has no field for mutable content", async () => {
    saysOf("SUCCESSFUL");
    await send({ to: apple, content: { ...rich, push: { ...rich.push, actions } } });
    const [call] = asked;
    const body = call?.body as { readonly MessageConfiguration: { readonly APNSMessage: Json } };
    const { RawContent, ...headers } = body.MessageConfiguration.APNSMessage;
    expect(headers).toEqual({ TimeToLive: 60, CollapseId: "order-1" });
    expect(JSON.parse(String(RawContent))).toEqual({
      aps: {
        alert: { title: "Northwind", body: "Your parcel is here." },
        category: "heliograph",
        "mutable-content": 1,
        "content-available": 0,
        badge: 3,
      },
      data: {
        "media-url": "https://a.example/2.png",
        pinpoint: {
          deeplink: "northwind://orders/1",
          jsonBody: { ...data, "heliograph-actions": JSON.stringify(actions) },
        },
      },
    });
  });

  it("never goes to a phone number", async () => {
    const to = { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" } as const;
    expect(await send({ to })).toEqual({ is: "refused", reason: "not-a-device" });
    expect(asked).toEqual([]);
  });

  it.each([
    ["THROTTLED", 429, "", { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }],
    [
      "TEMPORARY_FAILURE",
      503,
      "UNAVAILABLE",
      { is: "refused", reason: "push-service-unavailable", code: "UNAVAILABLE" },
    ],
    [
      "PERMANENT_FAILURE",
      410,
      "Unregistered",
      { is: "refused", reason: "token-gone", code: "Unregistered", mark: "unreachable" },
    ],
    [
      "PERMANENT_FAILURE",
      404,
      '{"error":"UNREGISTERED"}',
      { is: "refused", reason: "token-gone", code: "UNREGISTERED", mark: "unreachable" },
    ],
    [
      "PERMANENT_FAILURE",
      400,
      "PayloadTooLarge",
      { is: "refused", reason: "push-service-refused", code: "PayloadTooLarge" },
    ],
    [
      "PERMANENT_FAILURE",
      403,
      "InvalidProviderToken",
      { is: "refused", reason: "push-service-refused", code: "InvalidProviderToken" },
    ],
    ["OPT_OUT", 200, "", { is: "refused", reason: "opted-out", code: "200", mark: "opted-out" }],
    ["TIMEOUT", 504, "", { is: "unknown", reason: "timeout" }],
    ["UNKNOWN_FAILURE", 500, "", { is: "unknown", reason: "unknown-failure" }],
    ["SOMETHING_NEW", 200, "", { is: "unknown", reason: "no-status" }],
  ])("that came to %s (%d %s) is %j", async (status, code, message, expected) => {
    saysOf(status, code, message);
    expect(await send()).toEqual(expected);
  });

  it("never writes a person's token down as the code of an error", async () => {
    saysOf("PERMANENT_FAILURE", 400, `${device} is malformed`);
    expect(JSON.stringify(await send())).not.toContain("GhIjKl");
  });

  it.each([
    [429, "TooManyRequestsException", { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }],
    [403, "AccessDeniedException", { is: "refused", reason: "configuration", code: "AccessDeniedException" }],
    [400, "BadRequestException", { is: "refused", reason: "configuration", code: "BadRequestException" }],
    [500, "InternalServerErrorException", { is: "unknown", reason: "reply-lost" }],
  ])("answered %d is %s, and asked for once", async (status, name, expected) => {
    says(status, { Message: "no" }, { "x-amzn-errortype": name });
    expect(await send()).toEqual(expected);
    expect(asked).toHaveLength(1);
  });

  it("whose reply was lost is unknown, and asked for once", async () => {
    answer = (response) => response.socket?.destroy();
    expect(await send()).toMatchObject({ is: "unknown" });
    expect(asked).toHaveLength(1);
  });

  it("that found nobody to talk to is certainly unsent", async () => {
    const nobody = pinpointProvider(clientAt("http://127.0.0.1:59999"));
    expect(await nobody.send(aNotification())).toMatchObject({ is: "busy", reason: "cannot-connect" });
  });

  it("cannot be looked for afterwards", () => {
    expect(pinpointProvider(clientAt(endpoint)).find).toBeUndefined();
  });
});

describe("the roster of providers", () => {
  const secret = JSON.stringify({ accountSid: `AC${"1".repeat(32)}`, authToken: "0123456789abcdef" });
  const readOf: string[] = [];
  const providerOf = providers(
    [
      { id: "twilio-main", provider: "twilio" },
      { id: "pinpoint-main", provider: "pinpoint" },
    ],
    JSON.stringify({ "twilio-main": "arn:twilio" }),
    async (name, schema) => {
      readOf.push(name);
      return schema.parse(JSON.parse(secret));
    },
  );

  it("finds the provider of a connection, with that connection's own secret", async () => {
    await providerOf("twilio-main", noon);
    await providerOf("pinpoint-main", noon);
    expect(readOf).toEqual(["arn:twilio"]);
  });

  it("has no provider for a connection that nobody declared", async () => {
    await expect(providerOf("other", noon)).rejects.toThrow("not declared");
  });
});
