import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Outgoing } from "../../functions/providers/provider.ts";
import { twilioProvider, TwilioSecret } from "../../functions/providers/twilio.provider.ts";
import { meaningOfCode } from "../../functions/providers/twilio-codes.ts";
import { noon } from "../make.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const accountSid = `AC${"1".repeat(32)}`;

async function at(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return twilioProvider(
    TwilioSecret.parse({ accountSid, authToken: "t".repeat(32), baseUrl: `http://127.0.0.1:${port}` }),
  );
}

function json(status: number, body: unknown): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
}

const outgoing: Outgoing = {
  attemptId: "msg_01HZX0000000000000000000MM.1",
  channel: "sms",
  to: { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "mobile" },
  from: "+15005550006",
  content: { text: "Hello", mediaUrls: [] },
  validitySeconds: 90_000,
  statusUrl: "https://api.example.com/callbacks/twilio-main/status/msg_01HZX0000000000000000000MM.1",
};

describe("a send through Twilio", () => {
  it("says where to report, how often to try, and how long it is worth sending", async () => {
    let body = "";
    const provider = await at((request, response) => {
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => json(201, { sid: "SM1", num_segments: "2" })(request, response));
    });
    expect(await provider.send(outgoing)).toEqual({ is: "accepted", providerMessageId: "SM1", segments: 2 });
    const sent = new URLSearchParams(body);
    expect(sent.get("StatusCallback")).toBe(`${outgoing.statusUrl}#rc=5&rp=all`);
    expect(sent.get("ValidityPeriod"), "ten hours are Twilio's longest").toBe("36000");
  });

  it("that meets 429 was not taken and may be repeated", async () => {
    const provider = await at(json(429, { code: 20429 }));
    expect(await provider.send(outgoing)).toMatchObject({ is: "busy", reason: "over-the-rate" });
  });

  it("that cannot connect was not taken either", async () => {
    const provider = await at(() => undefined);
    await closing.pop()?.();
    expect(await provider.send(outgoing)).toMatchObject({ is: "busy", reason: "cannot-connect" });
  });

  it("whose connection breaks before the answer is unknown, never a failure", async () => {
    const provider = await at((request) => request.socket.destroy());
    expect(await provider.send(outgoing)).toMatchObject({ is: "unknown" });
  });

  it("that meets a server error is unknown: it may have been taken", async () => {
    const provider = await at(json(503, {}));
    expect(await provider.send(outgoing)).toEqual({ is: "unknown", reason: "http-503" });
  });

  it("whose answer cannot be read is unknown", async () => {
    const provider = await at((_request, response) => response.end("<html>"));
    expect(await provider.send(outgoing)).toMatchObject({ is: "unknown" });
  });

  it("to a person who opted out there is refused, and the address marked", async () => {
    const provider = await at(json(400, { code: 21610 }));
    expect(await provider.send(outgoing)).toMatchObject({ is: "refused", code: "21610", mark: "opted-out" });
  });

  it("to a number that cannot exist is refused, and the address marked", async () => {
    const provider = await at(json(400, { code: 21211 }));
    expect(await provider.send(outgoing)).toMatchObject({ is: "refused", mark: "unreachable" });
  });

  it("is one call, whatever the answer", async () => {
    let calls = 0;
    const provider = await at((request, response) => {
      calls += 1;
      json(500, {})(request, response);
    });
    await provider.send(outgoing);
    expect(calls).toBe(1);
  });
});

describe("asking Twilio what became of a lost reply", () => {
  const listed = (bodies: readonly string[]) => ({
    messages: bodies.map((body, index) => ({
      sid: `SM${index}`,
      status: "delivered",
      body,
      date_created: new Date(noon + 2_000).toUTCString(),
      error_code: null,
    })),
  });

  it("adopts exactly one message with this text at this time", async () => {
    const provider = await at(json(200, listed(["Hello", "Another"])));
    expect(await provider.find(outgoing, noon)).toMatchObject({
      is: "found",
      receipt: { is: "delivered", from: "reconcile" },
    });
  });

  it("cannot say when two look alike", async () => {
    const provider = await at(json(200, listed(["Hello", "Hello"])));
    expect(await provider.find(outgoing, noon)).toEqual({ is: "cannot-say" });
  });

  it("says none when there is none, and cannot say when the list cannot be had", async () => {
    expect(await (await at(json(200, listed([])))).find(outgoing, noon)).toEqual({ is: "none" });
    expect(await (await at(json(500, {}))).find(outgoing, noon)).toEqual({ is: "cannot-say" });
  });
});

it("a code we do not know means nothing but itself", () => {
  expect(meaningOfCode("99999")).toEqual({ reason: "unknown-code", isBusy: false });
});
