import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { TwilioSecret, twilioProvider } from "../../functions/providers/twilio.provider.ts";
import { noon } from "../make.ts";
import { hangUp, listen } from "../../local/listen.ts";

const accountSid = `AC${"1".repeat(32)}`;

interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string;
  readonly form: URLSearchParams;
}

/** Twilio's side of the wire: keeps what it was asked and answers as the test says. */
let asked: Asked[];
let answer: (response: ServerResponse, asked: Asked) => void;
let baseUrl: string;
let stop: () => Promise<void>;

beforeEach(async () => {
  asked = [];
  const server = createServer((request, response) => {
    void heard(request).then((one) => {
      asked.push(one);
      answer(response, one);
    });
  });
  baseUrl = await listen(server);
  stop = () => hangUp(server);
});
afterEach(() => stop());

async function heard(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return {
    method: request.method ?? "",
    url: new URL(request.url ?? "", "http://twilio"),
    authorization: Buffer.from(
      (request.headers.authorization ?? "").slice("Basic ".length),
      "base64",
    ).toString(),
    form: new URLSearchParams(Buffer.concat(parts).toString()),
  };
}

function says(status: number, body: unknown, headers: Record<string, string> = {}) {
  answer = (response) => {
    response.writeHead(status, headers);
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

const secret = (more: object = {}) =>
  TwilioSecret.parse({ accountSid, authToken: "0123456789abcdef", baseUrl, ...more });
const provider = (more: object = {}) => twilioProvider(secret(more));

function aText(more: Partial<Outgoing> = {}): Outgoing {
  return {
    attemptId: "msg_01HZX0000000000000000000MM.1",
    channel: "sms",
    to: { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" },
    from: "+15005550006",
    content: { text: "Your parcel arrives today. 👋 + &", mediaUrls: [] },
    validitySeconds: 60,
    statusUrl: "https://hooks.example.com/callbacks/twilio-main/status/msg_01HZX0000000000000000000MM.1",
    ...more,
  };
}

describe("a text to Twilio", () => {
  it("is one request with the form that Twilio documents", async () => {
    says(201, { sid: "SM1", num_segments: "2", status: "queued" });
    expect(await provider().send(aText())).toEqual({ is: "accepted", providerMessageId: "SM1", segments: 2 });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ method: "POST", authorization: `${accountSid}:0123456789abcdef` });
    expect(asked[0]?.url.pathname).toBe(`/2010-04-01/Accounts/${accountSid}/Messages.json`);
    expect(Object.fromEntries(asked[0]?.form ?? [])).toEqual({
      To: "+12125550123",
      From: "+15005550006",
      Body: "Your parcel arrives today. 👋 + &",
      StatusCallback: `${aText().statusUrl}#rc=5&rp=all`,
      ValidityPeriod: "60",
    });
  });

  it("is sent with the API key when the connection has one", async () => {
    says(201, { sid: "SM1" });
    await provider({ apiKeySid: "SK1", apiKeySecret: "secret" }).send(aText());
    expect(asked[0]?.authorization).toBe("SK1:secret");
  });

  it("carries pictures only as MMS", async () => {
    says(201, { sid: "MM1" });
    const content = { text: "Look", mediaUrls: ["https://a.example/1.png", "https://a.example/2.png"] };
    await provider().send(aText({ content }));
    await provider().send(aText({ content, channel: "mms" }));
    expect(asked.map(({ form }) => form.getAll("MediaUrl"))).toEqual([[], content.mediaUrls]);
  });

  it.each([
    [0.2, "1"],
    [59.9, "59"],
    [86_400, "36000"],
  ])("asks for a validity that Twilio takes: %d seconds", async (validitySeconds, expected) => {
    says(201, { sid: "SM1" });
    await provider().send(aText({ validitySeconds }));
    expect(asked[0]?.form.get("ValidityPeriod")).toBe(expected);
  });
});

describe("Twilio's answer", () => {
  it.each([
    [429, { code: 20429 }, {}, { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }],
    [429, {}, { "retry-after": "7" }, { is: "busy", reason: "over-the-rate", retryAfterSeconds: 7 }],
    [
      429,
      {},
      { "retry-after": "Mon, 23 Nov 2026 17:00:00 GMT" },
      { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 },
    ],
    [400, { code: 21611 }, {}, { is: "busy", reason: "retry-later", retryAfterSeconds: 60 }],
    [400, { code: 21610 }, {}, { is: "refused", reason: "opted-out", code: "21610", mark: "opted-out" }],
    [
      400,
      { code: 21614 },
      {},
      { is: "refused", reason: "permanent-number", code: "21614", mark: "unreachable" },
    ],
    [
      400,
      { code: 21211 },
      {},
      { is: "refused", reason: "permanent-number", code: "21211", mark: "unreachable" },
    ],
    // What the account is not allowed is a fault of ours, not of the message.
    [
      401,
      { code: 20003 },
      {},
      { is: "busy", reason: "credentials-refused", retryAfterSeconds: 60, isOutage: true },
    ],
    [400, { code: 99999 }, {}, { is: "refused", reason: "unknown-code", code: "99999" }],
    [403, "<html>", {}, { is: "refused", reason: "unknown-code", code: "http-403" }],
    [404, {}, {}, { is: "refused", reason: "unknown-code", code: "http-404" }],
    [500, { code: 20500 }, {}, { is: "unknown", reason: "http-500" }],
    [503, "", {}, { is: "unknown", reason: "http-503" }],
    [201, "half a rep", {}, { is: "unknown", reason: "reply-lost" }],
    [201, { status: "queued" }, {}, { is: "unknown", reason: "reply-lost" }],
    [307, "", { location: "http://127.0.0.1:9/" }, { is: "unknown", reason: "http-307" }],
  ])("%d %j %j comes to %j", async (status, body, headers, expected) => {
    says(status, body, headers);
    expect(await provider().send(aText())).toEqual(expected);
    expect(asked).toHaveLength(1);
  });

  it("to credentials that were changed meanwhile is asked for once more with the new ones", async () => {
    says(401, { code: 20003 }, {});
    const renewed = async () => {
      says(201, { sid: "SM1" }, {});
      return secret({ authToken: "another-token-0123456789" });
    };
    expect(await twilioProvider(secret(), renewed).send(aText())).toMatchObject({ is: "accepted" });
    expect(asked).toHaveLength(2);
  });

  it("to a token that the provider does not know yet is asked for once more with the one before it", async () => {
    says(401, { code: 20003 }, {});
    const both = secret({ authToken: "another-token-0123456789", previousAuthToken: "0123456789abcdef" });
    const renewed = async () => {
      says(201, { sid: "SM1" }, {});
      return both;
    };
    expect(await twilioProvider(both, renewed).send(aText())).toMatchObject({ is: "accepted" });
    const [first, second] = asked.map(({ authorization }) => authorization);
    expect(first).not.toBe(second);
  });

  it("to credentials that are refused and have not changed is not asked for again", async () => {
    says(401, { code: 20003 }, {});
    const result = await twilioProvider(secret(), async () => secret()).send(aText());
    expect(result).toMatchObject({ is: "busy", reason: "credentials-refused" });
    expect(asked).toHaveLength(1);
  });

  it("that never comes because the connection broke is unknown, and nothing is sent again", async () => {
    answer = (response) => response.socket?.destroy();
    expect(await provider().send(aText())).toEqual({ is: "unknown", reason: "reply-lost" });
    expect(asked).toHaveLength(1);
  });

  it("that breaks off in the middle is unknown", async () => {
    answer = (response) => {
      response.writeHead(201, { "content-length": "1000" });
      response.write('{"sid": "SM1"');
      setImmediate(() => response.socket?.destroy());
    };
    expect(await provider().send(aText())).toEqual({ is: "unknown", reason: "reply-lost" });
  });

  it("is not waited for when nobody could be asked: that is certainly unsent", async () => {
    await stop();
    expect(await provider().send(aText())).toMatchObject({ is: "busy", reason: "cannot-connect" });
    const nowhere = { baseUrl: "http://twilio.invalid" };
    expect(await provider(nowhere).send(aText())).toMatchObject({ is: "busy", reason: "cannot-connect" });
  });

  it("comes over the connection of the one before, but never over one that has rested", async () => {
    const sockets: unknown[] = [];
    answer = (response) => {
      sockets.push(response.socket);
      response.end(JSON.stringify({ sid: "SM1" }));
    };
    const now = vi.spyOn(Date, "now").mockReturnValue(noon);
    onTestFinished(() => now.mockRestore());
    for (const at of [noon, noon + 900, noon + 2_000]) {
      now.mockReturnValue(at);
      await provider().send(aText());
    }
    const [first, soonAfter, afterARest] = sockets;
    expect(soonAfter).toBe(first);
    expect(afterARest).not.toBe(first);
  });

  it("that is lost on a connection which was used before is unknown, too", async () => {
    answer = (response) =>
      asked.length > 1 ? response.socket?.destroy() : response.end(JSON.stringify({ sid: "SM1" }));
    expect(await provider().send(aText())).toMatchObject({ is: "accepted" });
    expect(await provider().send(aText())).toEqual({ is: "unknown", reason: "reply-lost" });
    expect(asked).toHaveLength(2);
  });
});

const listed = (more: object = {}) => ({
  sid: "SM1",
  status: "delivered",
  body: aText().content.text,
  date_created: new Date(noon + 500).toUTCString(),
  error_code: null,
  ...more,
});

describe("looking for a text whose reply was lost", () => {
  it("asks by recipient, sender and day, and also for what has no day of sending yet", async () => {
    says(200, { messages: [] });
    expect(await provider().find?.(aText(), noon)).toEqual({ is: "none" });
    const asks = asked.map(({ url }) => Object.fromEntries(url.searchParams));
    expect(asks).toHaveLength(2);
    expect(asks).toContainEqual({
      To: "+12125550123",
      From: "+15005550006",
      PageSize: "100",
      DateSent: "2026-11-23",
    });
    expect(asks).toContainEqual({ To: "+12125550123", From: "+15005550006", PageSize: "100" });
  });

  it("looks at both days around midnight", async () => {
    says(200, { messages: [] });
    await provider().find?.(aText(), Date.UTC(2026, 10, 24, 0, 0, 30));
    const days = asked.map(({ url }) => url.searchParams.get("DateSent"));
    expect(new Set(days)).toEqual(new Set([null, "2026-11-23", "2026-11-24"]));
  });

  it("takes the only match as it stands", async () => {
    says(200, {
      messages: [listed({ status: "undelivered", error_code: 30005 }), listed({ sid: "SM2", body: "Other" })],
    });
    expect(await provider().find?.(aText(), noon)).toEqual({
      is: "found",
      receipt: {
        attemptId: aText().attemptId,
        is: "undelivered",
        at: noon,
        from: "reconcile",
        providerMessageId: "SM1",
        code: "30005",
        reason: "permanent-number",
        mark: "unreachable",
      },
    });
  });

  it.each([
    ["two that match", { messages: [listed(), listed({ sid: "SM2" })] }, "cannot-say"],
    [
      "one of an hour ago",
      { messages: [listed({ date_created: new Date(noon - 3_600_000).toUTCString() })] },
      "none",
    ],
    [
      "one that came long after",
      { messages: [listed({ date_created: new Date(noon + 3_600_000).toUTCString() })] },
      "none",
    ],
    ["nothing", { messages: [] }, "none"],
    [
      "one with another text, which may be ours in other letters",
      { messages: [listed({ body: "Other" })] },
      "cannot-say",
    ],
    ["one in a state nobody knows", { messages: [listed({ status: "levitating" })] }, "cannot-say"],
    ["something that is no list", { status: 404 }, "cannot-say"],
  ])("says what it can of %s", async (_, body, expected) => {
    says(200, body);
    expect(await provider().find?.(aText(), noon)).toMatchObject({ is: expected });
  });

  it("asks by its name for one that has one, whatever else the person got", async () => {
    says(200, listed({ sid: "SM7", status: "delivered" }));
    const found = await provider().find?.({ ...aText(), providerMessageId: "SM7" }, noon);
    expect(found).toMatchObject({ is: "found", receipt: { is: "delivered", providerMessageId: "SM7" } });
    expect(asked.map(({ url }) => url.pathname)).toEqual([expect.stringMatching(/\/Messages\/SM7\.json$/)]);
    says(404, { code: 20404 });
    expect(await provider().find?.({ ...aText(), providerMessageId: "SM8" }, noon)).toEqual({
      is: "cannot-say",
    });
  });

  it("cannot say when the list cannot be had", async () => {
    await stop();
    expect(await provider().find?.(aText(), noon)).toEqual({ is: "cannot-say" });
  });
});
