import type { ClientRequest, RequestOptions } from "node:http";
import * as z from "zod/mini";
import { twilioProvider } from "../../functions/providers/twilio.provider.ts";
import { machineNow } from "./clock.ts";
import type { ContenderModule } from "./contender.ts";
import type { Arrival } from "./measures.ts";
import { idIn, textOf } from "./text.ts";

// One process of a contender: does what it is told, one thing after the other.
const Settings = z.object({
  program: z.string(),
  rate: z.number(),
  workers: z.number(),
  index: z.number(),
  sinkUrl: z.url(),
});
const { program, sinkUrl, ...task } = Settings.parse(JSON.parse(process.argv[2] ?? "{}"));

const Job = z.object({ id: z.string(), isUrgent: z.boolean() });
const Order = z.discriminatedUnion("do", [
  z.object({ do: z.literal("load"), jobs: z.array(Job) }),
  z.object({ do: z.literal("start") }),
  z.object({ do: z.literal("urge"), job: Job }),
  z.object({ do: z.literal("stop") }),
]);

const calls = notedCalls();
const provider = twilioProvider({
  accountSid: `AC${"0".repeat(32)}`,
  authToken: "a token of sixteen or more",
  baseUrl: sinkUrl,
});
const loaded: ContenderModule = await import(`./contenders/${program}`);
const contender = await loaded.open({ ...task, send, now: machineNow });
let cpu = process.cpuUsage();

process.on("message", (message) => {
  void obey(Order.parse(message)).then((answer) => process.send?.(answer));
});
process.on("disconnect", () => process.exit());
process.send?.({ is: "open" });

async function obey(order: z.infer<typeof Order>): Promise<object> {
  if (order.do === "urge") return { at: await contender.urge(order.job) };
  if (order.do === "load") await contender.load(order.jobs);
  if (order.do === "start") {
    cpu = process.cpuUsage();
    await contender.start();
  }
  if (order.do === "stop") {
    const { user, system } = process.cpuUsage(cpu);
    await contender.stop();
    return { cpuMilliseconds: (user + system) / 1000, calls };
  }
  return {};
}

async function send(id: string): Promise<void> {
  const result = await provider.send({
    attemptId: id,
    channel: "sms",
    to: { id: "adr_1", kind: "phone", value: "+12125550123", lineType: "mobile" },
    from: "+15005550006",
    content: { text: textOf(id), mediaUrls: [] },
    validitySeconds: 14_400,
    statusUrl: `https://heliograph.test/callbacks/twilio-main/status/${id}`,
  });
  if (result.is !== "accepted") throw new Error(`The sink answered ${result.is} to ${id}`);
}

/** Every call when it begins, whoever makes it: what comes between that and its arrival is the machine's doing, not the pace's. */
function notedCalls(): readonly Arrival[] {
  const noted: Arrival[] = [];
  const sink = new URL(sinkUrl);
  const http = process.getBuiltinModule("node:http");
  const begin = http.request as (...words: readonly unknown[]) => ClientRequest;
  const request = (...words: readonly unknown[]): ClientRequest => {
    const at = machineNow();
    const begun = begin(...words);
    const { hostname, port } = words[0] as RequestOptions;
    if (hostname !== sink.hostname || String(port) !== sink.port) return begun;
    const end = begun.end.bind(begun) as (body: string) => ClientRequest;
    return Object.assign(begun, {
      end: (body: string) => {
        noted.push({ at, id: idIn(new URLSearchParams(body).get("Body") ?? ""), segments: 1 });
        return end(body);
      },
    });
  };
  Object.assign(http, { request });
  return noted;
}
