import { createServer } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import twilio from "twilio";
import RequestClient from "twilio/lib/base/RequestClient.js";
import { type CarrierOptions, type Carriers, startCarriers } from "../../local/carriers/carriers.ts";
import { hangUp, listen } from "../../local/listen.ts";

export const accountSid = "AC11111111111111111111111111111111";
export const authToken = "0123456789abcdef0123456789abcdef";
export const person = "+12125550123";
export const longCode = "+12065550100";
export const tollFree = "+18885550100";
export const noon = Date.UTC(2026, 10, 23, 17, 0, 0);

/** A clock that moves when it is told to. */
export function aClock(start = noon) {
  let now = start;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const pass = async (milliseconds: number): Promise<void> => {
    const end = now + milliseconds;
    for (;;) {
      const due = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (!due) break;
      timers.delete(due);
      now = Math.max(now, due.at);
      due.run();
      await pause(0);
    }
    now = end;
  };
  return {
    now: () => now,
    setTimer: (at: number, run: () => void) => {
      const timer = { at, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass,
    /** Lets virtual time pass until something has happened. */
    until: async (what: string, happened: () => boolean): Promise<void> => {
      for (let turn = 0; turn < 400; turn += 1) {
        if (happened()) return;
        await pass(100);
        await pause(2);
      }
      throw new Error(`Never happened: ${what}`);
    },
  };
}

/** A request that the business got. */
export interface Got {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly form: Readonly<Record<string, string>>;
}

/** A request that never came. */
export const nothing: Got = { path: "", headers: {}, text: "", form: {} };

/** The business's own server: it remembers what it got and answers what it is told to. */
export async function aBusiness() {
  const got: Got[] = [];
  const answers = { status: 200, body: "<Response/>", drop: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString("utf8");
      const form = Object.fromEntries(new URLSearchParams(text));
      got.push({ path: request.url ?? "", headers: request.headers, text, form });
      if (answers.drop > 0) {
        answers.drop -= 1;
        request.socket.destroy();
      } else response.writeHead(answers.status, { "content-type": "text/xml" }).end(answers.body);
    });
  });
  const url = await listen(server);
  const close = () => hangUp(server);
  return { url, got, answers, [Symbol.asyncDispose]: close };
}

/** Carriers with a business behind them, on a clock of the test's own. */
export async function aWorld(more: Partial<CarrierOptions> = {}) {
  const clock = aClock();
  const business = await aBusiness();
  const inboundUrl = `${business.url}/inbound`;
  const numbers = [
    { number: longCode, mps: 10, optOut: "none", inboundUrl, label: "us-number" },
    { number: tollFree, mps: 3, optOut: "provider", inboundUrl },
    { number: "NORTHWIND", mps: 10, optOut: "none" },
  ] as const;
  const accounts = [{ accountSid, authToken, numbers, apiKeys: [{ sid: "SK1", secret: "secret" }] }];
  const carriers = await startCarriers({ clock, random: () => 0.5, accounts, ...more });
  return {
    clock,
    business,
    carriers,
    handsets: carriers.handsets,
    client: clientOf(carriers),
    [Symbol.asyncDispose]: async () => {
      await carriers.stop();
      await business[Symbol.asyncDispose]();
    },
  };
}

/** The official client, talking to the simulated provider instead of api.twilio.com. */
export function clientOf(carriers: Pick<Carriers, "url">, user = accountSid, password = authToken) {
  class Redirected extends RequestClient {
    override request<T>(options: RequestClient.RequestOptions<T>) {
      return super.request<T>({
        ...options,
        uri: options.uri.replace("https://api.twilio.com", carriers.url),
      });
    }
  }
  return twilio(user, password, { accountSid, httpClient: new Redirected() });
}
