import type { IncomingHttpHeaders } from "node:http";
import { AwsError } from "../../functions/platform/aws-error.ts";
import type { Answer, Question } from "../../functions/platform/exchange.ts";
import { segmentsOf } from "../../functions/channels/segments.ts";
import { gridMilliseconds } from "../../functions/messages/cohort.ts";
import { between, chanceOf, choiceOf } from "./chance.ts";
import type { Engine, Process } from "./engine.ts";

/** A call as the provider got it. */
export interface Call {
  readonly attemptId: string;
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly segments: number;
  readonly channel: "sms" | "push";
  readonly provider: ProviderName;
  /** Whether the provider took it. */
  readonly isTaken: boolean;
  readonly validUntil: number;
}

/** The providers there are. */
export type ProviderName = "twilio" | "pinpoint" | "aws-sms";

/** A message as a handset got it. */
export interface Arrival {
  readonly attemptId: string;
  readonly to: string;
  readonly at: number;
  readonly channel: "sms" | "push";
}

/** What a provider tells us about a message, in its own words. */
export type Report = { readonly attemptId: string; readonly status: string } & (
  | { readonly from: "twilio"; readonly fields: ReadonlyMap<string, readonly string[]> }
  | { readonly from: "aws-sms"; readonly event: Readonly<Record<string, unknown>> }
);

/** The provider and the handsets behind it: what really happened. */
export interface SimProvider {
  readonly calls: readonly Call[];
  readonly arrivals: readonly Arrival[];
  /** Twilio's message resource, as an HTTP call sees it. */
  readonly exchange: (process: Process, question: Question) => Promise<Answer>;
  /** Stands in for AWS End User Messaging: SendTextMessage. */
  readonly sendText: (process: Process, input: SendText) => Promise<{ readonly MessageId: string }>;
  readonly push: (
    process: Process,
    outgoing: { attemptId: string; to: string; text: string; validitySeconds: number },
  ) => Promise<string>;
}

/** What SendTextMessage is asked. */
export interface SendText {
  readonly DestinationPhoneNumber: string;
  readonly OriginationIdentity: string;
  readonly MessageBody: string;
  readonly TimeToLive: number;
  readonly Context: Readonly<Record<string, string>>;
}

/** When a provider that is out in a run goes out, and for how long. */
const outage = { after: 1_200_000, longest: 7_200_000 };

/** Of the categories whose messages go out on a second channel. */
const shortestWait = 60_000;

const accountSid = `AC${"0".repeat(32)}`;
/** The account's number for the simulated Twilio. */
export const simSecret = { accountSid, authToken: "simulated-token-0123456789" };

/** A provider with its own truth, which handlers can only ask it for. */
export function newProvider(
  engine: Engine,
  onCall: (attemptId: string) => void,
  tell: (report: Report, at: number) => void,
  tellApp: (attemptId: string, is: "delivered" | "read", at: number) => void,
): SimProvider {
  const calls: Call[] = [];
  const arrivals: Arrival[] = [];
  const stored: { sid: string; call: Call; status: string; code: string | null }[] = [];
  const { faults, seed } = engine;
  const happens = (fault: Parameters<typeof faults.happens>[0], key: string) => faults.happens(fault, key);

  /** A moment at which the next step of messages with a short wait may be starting. */
  const aboutTheDeadline = (key: string): number => {
    const deadline = engine.now() + shortestWait;
    const grid = gridMilliseconds[chanceOf(seed, `${key}/grain`) < 0.5 ? "message" : "cohort"];
    return Math.ceil(deadline / grid) * grid + between(-60, 120, seed, `${key}/proof`);
  };

  const begun = engine.now();
  /** Whether a provider is out now: for one stretch of a run, if at all. */
  const isOut = (provider: ProviderName): boolean => {
    const from = begun + between(0, outage.after, seed, `${provider}/out`);
    const to = from + between(60_000, outage.longest, seed, `${provider}/out for`);
    const at = engine.now();
    return at >= from && at < to && happens("provider-outage", provider);
  };

  const take = (attemptId: string, call: Call): string => {
    const sid = `SM${attemptId}`;
    const record = { sid, call, status: "queued", code: null as string | null };
    stored.push(record);
    const report = (status: string, at: number, code?: string) => {
      engine.plan(at, () => {
        record.status = status;
        record.code = code ?? null;
      });
      const told = reportOf(call, sid, { status, code, at });
      if (happens("receipt-lost", `${attemptId}/${status}`)) return;
      const late = happens("receipt-late", `${attemptId}/${status}`)
        ? between(30_000, 7_200_000, seed, `${sid}${status}`)
        : 0;
      tell(told, at + late);
      if (happens("receipt-twice", `${attemptId}/${status}`))
        for (const again of [1, 2, 3]) tell(told, at + late + again * 400);
    };
    const isSlow = happens("provider-slow-queue", attemptId);
    const leaves =
      engine.now() + (isSlow ? between(60_000, 5_400_000, seed, sid) : between(50, 600, seed, sid));
    if (leaves > call.validUntil) {
      report("failed", call.validUntil + 50, "30036");
      return sid;
    }
    const isReversed = happens("receipt-reversed", attemptId);
    report("sent", isReversed ? leaves + 9000 : leaves);
    const isOff = happens("handset-off", call.to);
    const arrives = leaves + between(200, 4000, seed, `${sid}/air`);
    if (isOff || chanceOf(seed, `${sid}/undelivered`) < 0.05) {
      report("undelivered", arrives, choiceOf(["30003", "30005", "30008"], seed, sid));
      return sid;
    }
    engine.plan(
      arrives,
      () => void arrivals.push({ attemptId, to: call.to, at: engine.now(), channel: call.channel }),
    );
    if (happens("failed-then-delivered", attemptId)) report("undelivered", arrives - 10, "30008");
    report("delivered", happens("proof-at-the-deadline", attemptId) ? aboutTheDeadline(sid) : arrives + 200);
    return sid;
  };

  const create = (form: URLSearchParams) => {
    const at = engine.now();
    const text = form.get("Body") ?? "";
    const statusUrl = form.get("StatusCallback") ?? "";
    const attemptId = /status\/([^#]+)/.exec(statusUrl)?.[1] ?? "";
    const nth = calls.filter((call) => call.attemptId === attemptId).length;
    const key = `${attemptId}/${nth}`;
    const call = (isTaken: boolean): Call => {
      const made: Call = {
        attemptId,
        at,
        from: form.get("From") ?? "",
        to: form.get("To") ?? "",
        text,
        segments: segmentsOf(text).count,
        channel: "sms",
        provider: "twilio",
        isTaken,
        validUntil: at + Number(form.get("ValidityPeriod") ?? 36_000) * 1000,
      };
      calls.push(made);
      onCall(attemptId);
      engine.note(`${attemptId} called, ${isTaken ? "taken" : "not taken"}`);
      return made;
    };
    if (isOut("twilio"))
      return chanceOf(seed, `${key}/out`) < 0.5 ? answer(call(false) && 503, {}) : call(false) && timeout;
    if (happens("provider-429", key))
      return answer(call(false) && 429, { code: 20429 }, { "retry-after": "2" });
    if (happens("provider-500-unsent", key)) return answer(call(false) && 500, {});
    if (happens("provider-timeout-unsent", key)) return call(false) && timeout;
    if (happens("provider-refuses", key))
      return answer(call(false) && 400, { code: Number(choiceOf(["21211", "21614", "21408"], seed, key)) });
    if (happens("provider-knows-opt-out", form.get("To") ?? ""))
      return answer(call(false) && 400, { code: 21610 });
    const sid = take(attemptId, call(true));
    if (happens("provider-500-sent", key)) return answer(500, {});
    if (happens("provider-timeout-sent", key)) return timeout;
    return answer(201, { sid, num_segments: String(segmentsOf(text).count) });
  };

  const sendText = (input: SendText) => {
    const at = engine.now();
    const attemptId = input.Context["attempt"] ?? "";
    const nth = calls.filter((call) => call.attemptId === attemptId).length;
    const key = `${attemptId}/${nth}`;
    const isRefused = happens("provider-429", key);
    const isLost = isOut("aws-sms") || happens("provider-500-unsent", key);
    const call: Call = {
      attemptId,
      at,
      from: input.OriginationIdentity,
      to: input.DestinationPhoneNumber,
      text: input.MessageBody,
      segments: segmentsOf(input.MessageBody).count,
      channel: "sms",
      provider: "aws-sms",
      isTaken: !isRefused && !isLost,
      validUntil: at + input.TimeToLive * 1000,
    };
    calls.push(call);
    onCall(attemptId);
    engine.note(`${attemptId} called, ${call.isTaken ? "taken" : "not taken"}`);
    const reply = { MessageId: `SM${attemptId}` };
    if (isRefused) return { reply, refused: new AwsError("ThrottlingException", "Rate exceeded", 400) };
    if (call.isTaken) take(attemptId, call);
    const isUnheard = isLost || happens("provider-500-sent", key);
    return {
      reply,
      ...(isUnheard && { refused: new AwsError("InternalServerException", "Server error", 500) }),
    };
  };

  const list = (url: URL) => ({
    messages: stored
      .filter(
        ({ call }) => call.to === url.searchParams.get("To") && call.from === url.searchParams.get("From"),
      )
      .map(({ sid, call, status, code }) => ({
        sid,
        status,
        body: call.text,
        date_created: new Date(Math.floor(call.at / 1000) * 1000).toUTCString(),
        error_code: code,
      })),
  });

  return {
    calls,
    arrivals,
    exchange: async (process, { method, path, body }) => {
      const name = method === "POST" ? "create message" : "list messages";
      if (happens("provider-unreachable", `${process.key}/${process.awaits}`))
        throw Object.assign(new Error("nobody there"), { code: "ECONNREFUSED" });
      const reply = await engine.port(process, name, "provider", () => {
        if (method === "POST") return create(new URLSearchParams(String(body)));
        return isOut("twilio") ? answer(503, {}) : answer(200, list(new URL(path, "https://twilio.test")));
      });
      if (reply === timeout) throw Object.assign(new Error("timed out"), { name: "TimeoutError" });
      return reply;
    },
    sendText: (process, input) =>
      engine.port(process, "send text", "provider", () => {
        const { reply, refused } = sendText(input);
        if (refused) throw refused;
        return reply;
      }),
    push: (process, { attemptId, to, text, validitySeconds }) =>
      engine.port(process, "send push", "provider", () => {
        const at = engine.now();
        const isTaken = !isOut("pinpoint") && !happens("provider-refuses", attemptId);
        calls.push({
          attemptId,
          at,
          from: "app",
          to,
          text,
          segments: 1,
          channel: "push",
          provider: "pinpoint",
          isTaken,
          validUntil: at + validitySeconds * 1000,
        });
        onCall(attemptId);
        engine.note(`${attemptId} pushed`);
        if (isOut("pinpoint")) return "lost";
        if (!isTaken) return "gone";
        if (happens("handset-off", to)) return "accepted";
        const arrives = at + between(100, 3000, seed, attemptId);
        engine.plan(arrives, () => void arrivals.push({ attemptId, to, at: engine.now(), channel: "push" }));
        const isSilent = happens("receipt-lost", attemptId);
        const late = happens("receipt-late", attemptId) ? between(20_000, 200_000, seed, attemptId) : 0;
        const told = happens("proof-at-the-deadline", attemptId)
          ? aboutTheDeadline(attemptId)
          : arrives + 100 + late;
        if (!isSilent) tellApp(attemptId, "delivered", told);
        if (!isSilent && chanceOf(seed, `${attemptId}/read`) < 0.3)
          tellApp(attemptId, "read", arrives + 5000 + late);
        if (happens("provider-500-sent", attemptId)) return "lost";
        return "accepted";
      }),
  };
}

/** What becomes of texts in AWS's words; the codes are Twilio's. */
const awsTypes: Readonly<Record<string, string>> = {
  sent: "TEXT_SUCCESSFUL",
  delivered: "TEXT_DELIVERED",
  "30003": "TEXT_UNREACHABLE",
  "30005": "TEXT_INVALID",
  "30008": "TEXT_CARRIER_UNREACHABLE",
  "30036": "TEXT_TTL_EXPIRED",
};

interface Became {
  readonly status: string;
  readonly code: string | undefined;
  readonly at: number;
}

function reportOf(
  { provider, attemptId, from, to }: Call,
  sid: string,
  { status, code, at }: Became,
): Report {
  const told = { attemptId, status };
  if (provider === "aws-sms") {
    const event = {
      eventType: awsTypes[code ?? status],
      eventTimestamp: Math.floor(at),
      isFinal: status !== "sent",
      originationPhoneNumber: from,
      destinationPhoneNumber: to,
      messageId: sid,
      context: { attempt: attemptId },
    };
    return { ...told, from: "aws-sms", event };
  }
  const fields = new Map([
    ["MessageSid", [sid]],
    ["MessageStatus", [status]],
    ...(code ? [["ErrorCode", [code]] as const] : []),
  ] as [string, string[]][]);
  return { ...told, from: "twilio", fields };
}

const timeout = Symbol("timeout");

/** As much of a response as the provider's client reads. */
function answer(status: number | false, body: object, headers: IncomingHttpHeaders = {}): Answer {
  return { status: Number(status), text: JSON.stringify(body), headers };
}
