import type { PinpointClient } from "@aws-sdk/client-pinpoint";
import { campaignQueue } from "../../functions/campaigns/campaign-queue.store.ts";
import { campaignStore } from "../../functions/campaigns/campaign.store.ts";
import { CampaignWork } from "../../functions/campaigns/campaign-work.ts";
import { countCampaign } from "../../functions/campaigns/count-campaign.ts";
import { createCampaign } from "../../functions/campaigns/create.ts";
import { callOff, launch } from "../../functions/campaigns/launch.ts";
import { lookAfter } from "../../functions/campaigns/look-after.ts";
import { addRecipients } from "../../functions/campaigns/recipients.ts";
import type { CampaignUsing } from "../../functions/campaigns/using.ts";
import { workOn } from "../../functions/campaigns/work.ts";
import { type Learned, markAddress } from "../../functions/consent/address-mark.ts";
import { gateStore } from "../../functions/consent/gate.store.ts";
import { ledgerStore } from "../../functions/consent/ledger.store.ts";
import { recordConsent } from "../../functions/consent/record.ts";
import { contactStore } from "../../functions/contacts/contact.store.ts";
import { receive } from "../../functions/inbound/receive.ts";
import { accept } from "../../functions/messages/accept.ts";
import { cancel } from "../../functions/messages/cancel.ts";
import { isUrgentIn } from "../../functions/messages/category-of.ts";
import { partsFor } from "../../functions/messages/cohort.ts";
import { gatheringJoins, joiningAtOnce } from "../../functions/messages/cohort-joins.ts";
import { cohortList } from "../../functions/messages/cohort-list.store.ts";
import { CohortRequest, failover } from "../../functions/messages/failover.ts";
import { ToDeliver, ToRoute } from "../../functions/messages/hand-over.ts";
import { holdSchedules } from "../../functions/messages/hold.store.ts";
import { intakeForMany, intakeQueue } from "../../functions/messages/intake.store.ts";
import { cohortMachine } from "../../functions/messages/cohort-machine.store.ts";
import { messageStore } from "../../functions/messages/message.store.ts";
import { peopleStore } from "../../functions/messages/people.store.ts";
import { reconcileWith } from "../../functions/messages/reconcile.ts";
import { route } from "../../functions/messages/route.ts";
import { sweep } from "../../functions/messages/sweep.ts";
import { track } from "../../functions/messages/track.ts";
import type { Clock } from "../../functions/platform/clock.ts";
import type { Happening } from "../../functions/platform/events.ts";
import { gathering } from "../../functions/platform/gathering.ts";
import { onBatch, onQueue } from "../../functions/platform/queue.ts";
import { gatheringReads } from "../../functions/platform/gathered-reads.store.ts";
import { oneTimeSchedules } from "../../functions/platform/schedules.store.ts";
import { arrivedFrom, delayOf, receiptFrom } from "../../functions/providers/callbacks.ts";
import { AwsSmsEvent, toldBy } from "../../functions/providers/aws-sms-events.ts";
import { awsSmsProvider } from "../../functions/providers/aws-sms.provider.ts";
import { pinpointProvider } from "../../functions/providers/pinpoint.provider.ts";
import { Arrived, type Mark, type Provider, Receipt } from "../../functions/providers/provider.ts";
import { TwilioSecret, twilioProvider } from "../../functions/providers/twilio.provider.ts";
import { newBreaker } from "../../functions/senders/breaker.ts";
import { deliver } from "../../functions/senders/deliver.ts";
import { laneStore } from "../../functions/senders/lane.store.ts";
import { batchSizeOf, isPooled, lanesOf, pool } from "../../functions/senders/rate.ts";
import { slotStore } from "../../functions/senders/slots.store.ts";
import { newWorker } from "../../functions/senders/worker.ts";
import { lookAtCircuits } from "../../functions/switches/look.ts";
import { keptBoard } from "../../functions/switches/read.ts";
import { release } from "../../functions/switches/release.ts";
import type { Scope } from "../../functions/switches/switch.ts";
import { switchStore } from "../../functions/switches/switch.store.ts";
import { turnOff, turnOn } from "../../functions/switches/turn.ts";
import { failoverDefinition } from "../../lib/constructs/failover-definition.ts";
import { type AwsServices, newAws } from "./aws.ts";
import { business } from "./business.ts";
import { between } from "./chance.ts";
import type { Engine } from "./engine.ts";
import { feed, type Instance, newFunction, type SimFunction } from "./lambda.ts";
import { newMachine, type SimMachine } from "./machine.ts";
import { newProvider, type Report, type SendText, type SimProvider, simSecret } from "./provider.ts";
import { newQueue, type SimQueue } from "./queue.ts";
import { type Commit, newTables, type SimTables } from "./table.ts";

/** The deployed product in one process: its handlers over simulated services. */
export interface System {
  readonly tables: SimTables;
  readonly queues: ReadonlyMap<string, SimQueue>;
  readonly functions: ReadonlyMap<string, SimFunction>;
  /** The state machine that times cohorts. */
  readonly machine: SimMachine;
  readonly provider: SimProvider;
  readonly happenings: Happening[];
  /** Schedules that have not fired. */
  readonly schedules: () => number;
  /** Calls the API as a client does who tries again until somebody answers. */
  readonly call: (key: string, request: ApiCall, done: (answer: unknown) => void) => void;
  /** What somebody writes to one of our numbers. */
  readonly write: (sid: string, from: string, to: string, text: string) => void;
  readonly sweep: (at: number) => void;
  /** Looks after campaigns that came to a stop. */
  readonly lookAfter: (at: number) => void;
}

/** A request to the API. */
export type ApiCall =
  | {
      readonly is: "send";
      readonly id: string;
      readonly contactId: string;
      readonly category: string;
      readonly text: string;
      readonly sendAt?: number;
    }
  | { readonly is: "cancel"; readonly id: string }
  | { readonly is: "consent"; readonly entry: Parameters<typeof recordConsent>[0][number] }
  | { readonly is: "pause" | "resume"; readonly senderId: string }
  | { readonly is: "switch-off" | "switch-on"; readonly scope: Scope; readonly id: string }
  | {
      readonly is: "campaign";
      readonly id: string;
      readonly category: string;
      readonly text: string;
      readonly pages: readonly (readonly string[])[];
      readonly startAt?: number;
    }
  | { readonly is: "campaign-resume"; readonly id: string }
  | { readonly is: "campaign-cancel"; readonly id: string }
  | { readonly is: "campaign-read"; readonly id: string };

/** Who is told of every commit and every provider call. */
interface Watching {
  readonly onCommit: (commit: Commit) => void;
  readonly onCall: (attemptId: string) => void;
}

const seconds = 1000;

/** Puts the product together. */
export function newSystem(engine: Engine, { onCommit, onCall }: Watching): System {
  const { faults, seed } = engine;
  const tables = newTables(onCommit);
  const queues = new Map<string, SimQueue>();
  const functions = new Map<string, SimFunction>();
  const happenings: Happening[] = [];
  let scheduled = 0;
  let attempts = 0;
  const queue = (name: string, isFifo: boolean, hidden: number) => {
    const made = newQueue(engine, name, { isFifo, hiddenMilliseconds: hidden });
    queues.set(name, made);
    return made;
  };
  const intake = queue("intake", false, 180 * seconds);
  const receipts = queue("track", false, 180 * seconds);
  const inbound = queue("inbound", false, 180 * seconds);
  const campaignWork = queue("campaigns", false, 360 * seconds);
  const senderQueues: Record<string, { urgent: string; bulk: string }> = {};
  for (const sender of business.senders) {
    const name = isPooled(sender) ? pool : sender.id;
    if (senderQueues[name]) continue;
    senderQueues[name] = { urgent: `${name}-urgent`, bulk: `${name}-bulk` };
    for (const kind of ["urgent", "bulk"]) queue(`${name}-${kind}`, true, 75 * seconds);
  }

  /** The services as one execution environment sees them. */
  const servicesOf = (instance: Instance) => {
    const clock: Clock = {
      // A machine's clock counts whole milliseconds.
      now: () => Math.floor(engine.now()) + instance.process.skew,
      sleepUntil: (at) =>
        at <= Math.floor(engine.now()) + instance.process.skew
          ? Promise.resolve()
          : engine.sleep(instance.process, Math.ceil(at)),
    };
    const aws = gatheringReads(
      newAws(engine, instance, { tables, queues, machine: () => machine, schedule: planSchedule }),
    );
    const publish = async (some: readonly Happening[]) => {
      if (some.length > 0)
        await engine.port(instance.process, "PutEvents", "bus", () => void happenings.push(...some));
    };
    const gathered = gathering(publish);
    const twilio = twilioProvider(TwilioSecret.parse(simSecret), undefined, (_, question) =>
      provider.exchange(instance.process, question),
    );
    const pinpoint = pinpointProvider({
      send: async (command: { input: PushInput }) => {
        const { token, attemptId, text, validitySeconds } = pushOf(command.input);
        const is = await provider.push(instance.process, { attemptId, to: token, text, validitySeconds });
        if (is === "lost") throw Object.assign(new Error("timed out"), { name: "TimeoutError" });
        const DeliveryStatus = is === "gone" ? "PERMANENT_FAILURE" : "SUCCESSFUL";
        return {
          MessageResponse: {
            Result: {
              [token]: {
                DeliveryStatus,
                MessageId: attemptId,
                StatusMessage: is === "gone" ? "Unregistered" : "",
              },
            },
          },
        };
      },
    } as unknown as PinpointClient);
    const awsSms = awsSmsProvider("simulated", {
      send: async (command) =>
        (await provider.sendText(instance.process, command.input as unknown as SendText)) as never,
    });
    const byConnection: Readonly<Record<string, Provider>> = {
      "twilio-main": twilio,
      "pinpoint-main": pinpoint,
      "aws-sms-main": awsSms,
    };
    const providerOf = async (connection: string) => byConnection[connection] ?? twilio;
    const messages = messageStore(aws, "messages");
    const gates = gateStore(aws, "contacts");
    const ledger = ledgerStore(aws, "contacts");
    const contacts = contactStore(aws, "contacts");
    const switches = switchStore(aws, "counters");
    const sendToIntake = intakeQueue("intake", aws);
    const board = keptBoard(switches.find, clock);
    const isUp = async (connection: string) => {
      const identity = business.senders.find((one) => one.connection === connection)?.identity ?? "";
      return (await byConnection[connection]?.isUp?.(identity)) ?? true;
    };
    const cohorts = cohortList(aws, "messages");
    const joinAll = cohortMachine(
      "machine",
      { parts: partsFor(business.senders), list: cohorts, clock },
      aws,
    );
    const shared = {
      gathered,
      gatheredJoins: gatheringJoins(joinAll, clock),
      cohorts,
      messages,
      gates,
      ledger,
      contacts,
      publish,
      business,
      clock,
      join: joiningAtOnce(joinAll),
      ...laneStore(JSON.stringify(senderQueues), business.senders, aws),
      sendAllToIntake: intakeForMany("intake", aws),
      people: peopleStore(aws, "contacts", "a-moment-ago"),
      campaigns: campaignStore(aws, "campaigns"),
      sendWork: campaignQueue("campaigns", aws),
      sendWorkLater: oneTimeSchedules({ group: "campaigns", roleArn: "role", queueArn: "campaigns" }, aws),
      hold: holdSchedules({ group: "holds", roleArn: "role", queueArn: "intake" }, aws),
      isUrgent: isUrgentIn(business),
      sendToIntake,
      switches: board.read,
      breaker: newBreaker({ board, switches, publish, clock }),
      lookAtCircuits: () => lookAtCircuits({ switches, messages, sendToIntake, isUp, clock }),
      release: (until: number) => release(until, { switches, messages, sendToIntake, clock }),
      turning: { switches, declared: business, publish },
      provider: providerOf,
      slots: slotStore(aws, "counters"),
      worker: newWorker(instance.id),
      receiptTokenOf: async (attemptId: string) => attemptId,
      unsubscribeUrlOf: async () => "",
      fetchFile: async () => ({ is: "answered" as const, status: 404 }),
      callbacksUrl: "https://heliograph.test",
      receiptsUrl: "https://heliograph.test",
      reconcile: reconcileWith(business.senders, providerOf),
    };
    const mark = (what: Mark, learned: Learned, at?: number) =>
      markAddress(what, learned, at ?? clock.now(), shared);
    const tracking = { ...shared, markAddress: mark };
    return { ...tracking, track: (receipt: Receipt) => track(receipt, true, tracking) };
  };

  const planSchedule: AwsServices["schedule"] = (name, at, to) => {
    if (faults.happens("lost-schedule", name)) return;
    const late = faults.happens("late-schedule", name) ? between(1000, 60_000, seed, name) : 0;
    const times = faults.happens("double-schedule", name) ? 2 : 1;
    scheduled += times;
    for (let time = 0; time < times; time += 1)
      engine.plan(at + late + time * 800, () => {
        scheduled -= 1;
        queues.get(to.queue)?.send(to.body);
      });
  };

  const add = (
    name: string,
    timeout: number,
    make: (services: ReturnType<typeof servicesOf>) => (event: never) => Promise<unknown>,
  ) => {
    const made = newFunction(
      engine,
      name,
      timeout,
      (instance) => make(servicesOf(instance)) as (event: unknown) => Promise<unknown>,
    );
    functions.set(name, made);
    return made;
  };
  /** Whoever works on batches tells of all that happened in one of them at its end. */
  const asBatch = (using: ReturnType<typeof servicesOf>) => ({
    ...using,
    publish: using.gathered.gather,
    join: using.gatheredJoins.join,
    markAddress: (what: Mark, learned: Learned, at?: number) =>
      markAddress(what, learned, at ?? using.clock.now(), { ...using, publish: using.gathered.gather }),
  });
  const flush = (using: ReturnType<typeof servicesOf>) => async () => {
    await using.gatheredJoins.flush();
    await using.gathered.flush();
  };
  const handled = (handler: unknown) => handler as (event: never) => Promise<unknown>;
  const router = add("route", 30 * seconds, (using) =>
    handled(onQueue(ToRoute, (work) => route(work, asBatch(using)), flush(using))),
  );
  const tracker = add("track", 30 * seconds, (using) =>
    handled(
      onQueue(
        Receipt,
        (receipt, { receiveCount }) => track(receipt, receiveCount > 1, asBatch(using)),
        flush(using),
      ),
    ),
  );
  const receiver = add("inbound", 30 * seconds, (using) =>
    handled(onQueue(Arrived, (arrived) => receive(arrived, asBatch(using)), flush(using))),
  );
  const worker = add("campaigns", 60 * seconds, (using) =>
    handled(onQueue(CampaignWork, (work) => workOn(work, using))),
  );
  const looker = add("look-after", 30 * seconds, (using) => async () => lookAfter(using));
  const sweeper = add("sweep", 55 * seconds, (using) => async () => sweep(using));
  const api = add("api", 30 * seconds, (using) => async (event) => callApi(event, using));
  const step = add(
    "step",
    60 * seconds,
    (using) => async (event) => failover(CohortRequest.parse(event), using),
  );
  const machine = newMachine(engine, "machine", failoverDefinition("step"), step);
  const provider = newProvider(
    engine,
    onCall,
    (report, at) => deliverReport(report, at, 0),
    (attemptId, is, at) =>
      engine.plan(at, () =>
        receipts.send(JSON.stringify({ attemptId, is, at: Math.floor(engine.now()), from: "app" })),
      ),
  );
  /** A callback reaches our queue, or is tried again by the provider. */
  const deliverReport = (report: Report, at: number, tries: number) => {
    engine.plan(at, () => {
      const key = `webhook/${report.attemptId}/${report.status}/${tries}`;
      if (faults.happens("receipt-late", key) && tries < 3)
        return deliverReport(report, engine.now() + 15_000, tries + 1);
      const receipt = receiptIn(report, Math.floor(engine.now()));
      if (receipt)
        engine.plan(engine.now() + delayOf(receipt) * seconds, () => receipts.send(JSON.stringify(receipt)));
    });
  };
  feed(engine, intake, router, { batchSize: 10, concurrency: 5 });
  feed(engine, receipts, tracker, { batchSize: 10, concurrency: 5 });
  feed(engine, inbound, receiver, { batchSize: 10, concurrency: 5 });
  feed(engine, campaignWork, worker, { batchSize: 1, concurrency: 10 });
  for (const [name, { urgent, bulk }] of Object.entries(senderQueues)) {
    const deliverer = add(`deliver ${name}`, 60 * seconds, (using) =>
      handled(onBatch(ToDeliver, (batch) => deliver(batch, asBatch(using)), flush(using))),
    );
    const sender = business.senders.find(({ id }) => id === name);
    const lanes = sender ? lanesOf(sender) : { urgent: 10, bulk: 20 };
    const batchSize = sender ? batchSizeOf(sender) : 1;
    feed(engine, queues.get(urgent) ?? intake, deliverer, { batchSize, concurrency: lanes.urgent });
    feed(engine, queues.get(bulk) ?? intake, deliverer, { batchSize, concurrency: lanes.bulk });
  }
  return {
    tables,
    queues,
    functions,
    machine,
    provider,
    happenings,
    schedules: () => scheduled,
    call: (key, request, done) => {
      const again = (tries: number) =>
        api.invoke(`${key}/${tries}`, request, (outcome) => {
          if (outcome.is === "result") return done(outcome.value);
          if (tries < 5) engine.plan(engine.now() + 2000 * tries, () => again(tries + 1));
        });
      again(1);
    },
    write: (sid, from, to, text) => {
      const fields = new Map(
        Object.entries({ MessageSid: [sid], From: [from], To: [to], Body: [text], NumMedia: ["0"] }),
      );
      const arrived = arrivedFrom(fields, "twilio-main", Math.floor(engine.now()));
      if (arrived) inbound.send(JSON.stringify(arrived));
    },
    lookAfter: (at) => looker.invoke(String(at), {}, () => undefined),
    sweep: (at) => sweeper.invoke(String((attempts += 1) && at), {}, () => undefined),
  };
}

/** What the API's handlers do, behind its door; the door itself has tests of its own. */
async function callApi(
  request: ApiCall,
  using: Parameters<typeof accept>[3] &
    Parameters<typeof cancel>[2] &
    Parameters<typeof recordConsent>[1] & {
      clock: Clock;
      slots: ReturnType<typeof slotStore>;
      turning: Parameters<typeof turnOn>[1];
      release: (until: number) => Promise<number>;
    } & CampaignUsing &
    Parameters<typeof addRecipients>[3],
): Promise<unknown> {
  const now = using.clock.now();
  if (request.is === "campaign") return startCampaign(request, using);
  if (request.is === "campaign-cancel")
    return callOff(request.id, using).then(
      () => "canceled",
      () => "not-there",
    );
  if (request.is === "campaign-read") return countCampaign(request.id, using);
  if (request.is === "campaign-resume") {
    const asked = { scope: "campaign", id: request.id, by: "simulation", at: Math.floor(now) } as const;
    await turnOn(asked, using.turning);
    await using.release(now + 5000);
    return using.sendWork([{ do: "start", campaignId: request.id }]);
  }
  if (request.is === "send") {
    const { id, contactId, category, text, sendAt } = request;
    const asked = {
      contactId,
      category,
      content: { text, mediaUrls: [] },
      ...(sendAt !== undefined && { sendAt: new Date(sendAt).toISOString() }),
    };
    const { message } = await accept(asked, { id }, now, using);
    return { id: message.id, status: message.status };
  }
  if (request.is === "cancel")
    return cancel(request.id, now, using).then(
      ({ status }) => status,
      () => "too-late",
    );
  if (request.is === "consent") return recordConsent([request.entry], using);
  if ("scope" in request) {
    const asked = { scope: request.scope, id: request.id, by: "simulation", at: Math.floor(now) };
    if (request.is === "switch-off") return turnOff(asked, "simulated", using.turning);
    await turnOn(asked, using.turning);
    return using.release(now + 5000);
  }
  const { senderId, is } = request;
  return using.slots.change(senderId, ({ paused: _paused, ...clock }) =>
    is === "pause" ? { ...clock, paused: { reason: "simulated", since: Math.floor(now) } } : clock,
  );
}

/** What our doors make of what a provider tells. */
function receiptIn(report: Report, now: number): Receipt | undefined {
  if (report.from === "twilio") return receiptFrom(report.fields, report.attemptId, now);
  const told = toldBy(AwsSmsEvent.parse(report.event), business.senders, now);
  return told?.is === "receipt" ? told.receipt : undefined;
}

/** Creates a campaign, adds its pages and launches it; a caller who heard nothing does all of it again. */
async function startCampaign(
  { id, category, text, pages, startAt }: Extract<ApiCall, { is: "campaign" }>,
  using: CampaignUsing & Parameters<typeof addRecipients>[3],
): Promise<unknown> {
  const asked = {
    name: "simulated",
    category,
    content: { text, mediaUrls: [] },
    ...(startAt !== undefined && { startAt: new Date(startAt).toISOString() }),
  };
  await createCampaign(asked, id, using);
  for (const [index, contactIds] of pages.entries())
    await addRecipients(id, index + 1, { contactIds: [...contactIds], externalIds: [] }, using);
  return launch(id, using);
}

interface PushInput {
  readonly MessageRequest?: {
    readonly Addresses?: Readonly<Record<string, unknown>>;
    readonly MessageConfiguration?: {
      readonly GCMMessage?: {
        readonly RawContent?: string;
        readonly Body?: string;
        readonly TimeToLive?: number;
        readonly Data?: Readonly<Record<string, string>>;
      };
    };
  };
}

/** What the push provider's client put into its request. */
function pushOf({ MessageRequest = {} }: PushInput) {
  const [token = ""] = Object.keys(MessageRequest.Addresses ?? {});
  const text = JSON.stringify(MessageRequest.MessageConfiguration ?? {});
  const attemptId = /msg_[0-9A-Z]{26}\.\d+/.exec(text)?.[0] ?? "";
  const validitySeconds = Number(/(?:TimeToLive|ttl|timeToLive)\\?"?:\s*\\?"?(\d+)/.exec(text)?.[1] ?? 3600);
  return { token, attemptId, text, validitySeconds };
}
