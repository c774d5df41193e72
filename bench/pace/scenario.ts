import { business as declared } from "../../heliograph.config.ts";
import { type Gate, openGate } from "../../functions/consent/gate.ts";
import type { Contact } from "../../functions/contacts/contact.ts";
import { applyReceipt } from "../../functions/messages/attempt.ts";
import { type Message, messageIdOf } from "../../functions/messages/message.ts";
import { currentAttempt, planned, retryStep, startStep } from "../../functions/messages/status.ts";
import { Category } from "../../functions/messages/category.ts";
import type { Clock } from "../../functions/platform/clock.ts";
import { deliver } from "../../functions/senders/deliver.ts";
import type { DeliverUsing } from "../../functions/senders/due.ts";
import { groupOf } from "../../functions/senders/lanes.ts";
import { batchSizeOf, groupsOf, lanesOf } from "../../functions/senders/rate.ts";
import { Sender } from "../../functions/senders/sender.ts";
import type { SlotClock } from "../../functions/senders/slot-clock.ts";
import { slotStore } from "../../functions/senders/slots.store.ts";
import { newWorker } from "../../functions/senders/worker.ts";
import { allOn } from "../../functions/switches/switch.ts";
import { between, chanceOf } from "../../test/simulation/chance.ts";
import { type Engine, newEngine, type Process } from "../../test/simulation/engine.ts";
import { faultsOf } from "../../test/simulation/faults.ts";
import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import { newTables } from "../../test/simulation/table.ts";
import { type Fifo, newFifo } from "./fifo.ts";

/** What is sent, how fast, and what goes wrong meanwhile. */
export interface Scenario {
  readonly name: string;
  readonly mps: number;
  readonly messages: number;
  /** Segments of the message with this number. */
  readonly segmentsOf?: (index: number) => number;
  /** Share of batches whose worker dies on the way, until four fifths are sent: what dies last would only show how long proof takes. */
  readonly deaths?: number;
  /** Share of timers that fire late, by up to 600 milliseconds. */
  readonly lateTimers?: number;
  /** Milliseconds by which workers' clocks may differ from the true time. */
  readonly skew?: number;
  /** Share of table calls that take up to five seconds. */
  readonly slowTables?: number;
  /** Milliseconds every table call takes besides, at least and at most. */
  readonly tablesTake?: readonly [number, number];
  /** Milliseconds a provider call takes, at least and at most. */
  readonly providerTakes?: readonly [number, number];
  /** Share of provider calls that are told to come back in a second. */
  readonly busyReplies?: number;
  /** What an operator does at which second. */
  readonly orders?: readonly { readonly at: number; readonly change: (clock: SlotClock) => SlotClock }[];
  /** One urgent message every so many seconds. */
  readonly urgentEvery?: number;
  /** All batches are under way in one worker, as on a laptop. @default each has a worker of its own, as on Lambda */
  readonly isOneWorker?: boolean;
  readonly sender?: Partial<Sender>;
}

/** What came of it, as the provider saw it. */
export interface Result {
  readonly name: string;
  readonly mps: number;
  readonly messages: number;
  readonly segments: number;
  /** Seconds from the first call to the last. */
  readonly seconds: number;
  /** Share of the allowed rate that was used. */
  readonly utilisation: number;
  /** Most segments in any sliding second (or window of the rate), and how many windows had too many. */
  readonly worst: number;
  readonly allowed: number;
  readonly violations: number;
  readonly lost: number;
  readonly doubled: number;
  readonly urgent?: {
    readonly count: number;
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
  };
  /** Writes of the slot clock for each message. */
  readonly slotWrites: number;
  /** Looks at it for each message. */
  readonly slotReads: number;
  readonly calls: readonly { readonly at: number; readonly segments: number }[];
}

/** Goes at any hour, so that what is measured is the pace. */
const bulkCategory = Category.parse({
  id: "bulk",
  purpose: "transactional",
  urgency: 1,
  archival: 0,
  quietHours: "exempt",
});
const start = Date.UTC(2026, 10, 23, 17);
const hiddenMilliseconds = 75_000;
/** How long after a death the sweeper and the provider's list have settled what the worker left. */
const settledMilliseconds = 16 * 60_000;

/** Runs the shipped deliver function over a backlog that is there from the beginning, in virtual time. */
export async function run(scenario: Scenario, seed = 1): Promise<Result> {
  const { mps } = scenario;
  const sender = Sender.parse({
    id: "us-number",
    kind: "10dlc",
    identity: "+15005550006",
    channels: ["sms"],
    connection: "twilio-main",
    countries: ["US"],
    mps,
    ...scenario.sender,
  });
  const business = {
    ...declared,
    categories: [...declared.categories, bulkCategory] as typeof declared.categories,
    senders: [sender, ...declared.senders.filter(({ id }) => id !== sender.id)] as typeof declared.senders,
  };
  const engine = newEngine(seed, start, faultsOf(seed, new Set()), 50_000_000);
  const messages = new Map<string, Message>();
  const gates = new Map<string, Gate>();
  const tables = newTables(() => undefined);
  const calls: { at: number; segments: number; attemptId: string }[] = [];
  const made = new Set<string>();
  const urgentCreated = new Map<string, number>();
  const bulk: Fifo<string> = newFifo();
  const urgent: Fifo<string> = newFifo();
  let [slotWrites, slotReads] = [0, 0];
  const lanes = lanesOf(sender);

  const add = (index: number, isUrgent: boolean) => {
    const id = `msg_${isUrgent ? "U" : "B"}${String(index).padStart(25, "0")}`;
    const count = isUrgent ? 1 : (scenario.segmentsOf?.(index) ?? 1);
    const text = "x".repeat(count === 1 ? 40 : 153 * count);
    const base: Message = {
      id,
      contactId: `con_${id.slice(4)}`,
      category: isUrgent ? "one-time-code" : "bulk",
      content: { text, mediaUrls: [] },
      createdAt: Math.floor(engine.now()),
      expiresAt: start + 30 * 86_400_000,
      status: "accepted",
      step: -1,
      attempts: [],
      timeline: [],
      version: 1,
    };
    const step = { channel: "sms" as const, addressId: "adr_1", senderId: sender.id, waitSeconds: 0 };
    const queued = startStep(
      planned(base, { steps: [step], considered: [], decidedAt: start }, base.createdAt),
      0,
      base.createdAt,
    ).message;
    messages.set(id, queued);
    if (isUrgent) urgentCreated.set(id, engine.now());
    hand(queued, isUrgent);
  };
  const hand = (message: Message, isUrgent: boolean) => {
    const group = groupOf(message.contactId, groupsOf(isUrgent ? lanes.urgent : lanes.bulk));
    (isUrgent ? urgent : bulk).add(group, currentAttempt(message)?.id ?? "");
  };

  for (let index = 0; index < scenario.messages; index += 1) add(index, false);
  for (
    let second = scenario.urgentEvery ?? Infinity;
    second < scenario.messages / mps;
    second += scenario.urgentEvery ?? Infinity
  )
    engine.plan(start + second * 1000 + between(0, 1000, seed, `urgent/${second}`), () => {
      add(second, true);
      pull("urgent");
    });
  const reach = async ({ operation, input }: Command<object>) => tables.apply(operation, input);
  const operator = slotStore({ send: reach } as AwsClient, "counters");
  for (const { at, change } of scenario.orders ?? [])
    engine.plan(start + at * 1000, () => void operator.change(sender.id, change));

  const machine = newWorker("machine");
  const usingOf = (environment: { process: Process; name: string; skew: number }): DeliverUsing => {
    const port = <R>(name: string, effect: () => R): Promise<R> => {
      const key = `${environment.process.key}/${name}#${environment.process.awaits}`;
      const [fastest, slowest] = scenario.tablesTake ?? [0, 0];
      const isSlow = chanceOf(seed, `slow/${key}`) < (scenario.slowTables ?? 0);
      const slow = isSlow ? between(100, 5000, seed, key) : between(fastest, slowest, seed, key);
      const done = engine.port(environment.process, name, "table", effect);
      return slow > 0
        ? done.then((value) => engine.sleep(environment.process, engine.now() + slow).then(() => value))
        : done;
    };
    const clock: Clock = {
      now: () => Math.floor(engine.now() + environment.skew),
      exactly: () => engine.now() + environment.skew,
      sleepUntil: (at) => {
        if (at <= Math.floor(engine.now() + environment.skew)) return Promise.resolve();
        const key = `${environment.process.key}/timer${environment.process.awaits}`;
        const late =
          chanceOf(seed, `late/${key}`) < (scenario.lateTimers ?? 0) ? between(1, 600, seed, key) : 0;
        return engine.sleep(environment.process, Math.ceil(at) - environment.skew + late);
      },
    };
    const dynamo = {
      send: ({ operation, input }: Command<object>) =>
        port(operation, () => {
          if (operation === "GetItem") slotReads += 1;
          else slotWrites += 1;
          return tables.apply(operation, input);
        }),
    } as AwsClient;
    const [least, most] = scenario.providerTakes ?? [100, 400];
    return {
      business,
      clock,
      worker: scenario.isOneWorker ? machine : newWorker(environment.name),
      switches: async () => allOn,
      breaker: { admits: async () => true, stillAdmits: () => true, heard: async () => undefined },
      sendToIntake: async () => undefined,
      slots: slotStore(dynamo, "counters"),
      messages: {
        find: (id) => port("find", () => messages.get(id)),
        replace: (next, seen) =>
          port("replace", () => {
            if (messages.get(next.id)?.version !== seen.version) return false;
            messages.set(next.id, { ...next, timeline: [], version: seen.version + 1 });
            return true;
          }),
      },
      contacts: { find: (id) => port("contact", () => contactOf(id)) },
      gates: {
        find: (id) => port("gate", () => gates.get(id) ?? openGate(id)),
        replace: (next, seen) =>
          port("claim", () => {
            if ((gates.get(next.contactId)?.version ?? 0) !== seen.version) return false;
            gates.set(next.contactId, { ...next, version: seen.version + 1 });
            return true;
          }),
      },
      provider: async () => ({
        send: async ({ attemptId, content }) => {
          const { process } = environment;
          const key = `${attemptId}#${process.awaits}`;
          const isBusy = chanceOf(seed, `busy/${key}`) < (scenario.busyReplies ?? 0);
          // The request is there at once; the answer takes its time.
          if (!process.isDead && !isBusy) made.add(attemptId);
          if (!process.isDead)
            calls.push({
              at: engine.now(),
              segments: Math.max(1, Math.ceil(content.text.length / 153)),
              attemptId: isBusy ? "" : attemptId,
            });
          await engine.sleep(process, engine.now() + between(least, most, seed, key));
          return isBusy
            ? { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }
            : { is: "accepted", providerMessageId: attemptId };
        },
        find: async () => ({ is: "none" }),
      }),
      hold: async (id, until) => {
        engine.plan(until, () => {
          const held = messages.get(id);
          const again =
            held && held.status === "held" ? retryStep(held, Math.floor(engine.now())) : undefined;
          if (!again) return;
          messages.set(id, { ...again.message, version: again.message.version + 1 });
          hand(again.message, urgentCreated.has(id));
          pull(urgentCreated.has(id) ? "urgent" : "bulk");
        });
      },
      join: async () => undefined,
      markAddress: async () => undefined,
      receiptTokenOf: async () => "",
      unsubscribeUrlOf: async () => "",
      fetchFile: async () => ({ is: "answered" as const, status: 404 }),
      callbacksUrl: "https://heliograph.test",
      receiptsUrl: "https://heliograph.test",
      publish: async () => undefined,
    };
  };

  const idle: { process: Process; name: string; skew: number; using?: DeliverUsing }[] = [];
  let environments = 0;
  const busy = { urgent: 0, bulk: 0 };
  const pull = (kind: "urgent" | "bulk"): void => {
    const queue = kind === "urgent" ? urgent : bulk;
    while (busy[kind] < lanes[kind]) {
      const batch = queue.take(batchSizeOf(sender));
      if (!batch) return;
      busy[kind] += 1;
      // Pollers take a moment to hand a batch over.
      engine.plan(engine.now() + between(5, 40, seed, `hand/${batch.items[0]}`), () =>
        invoke(kind, queue, batch),
      );
    }
  };
  const invoke = (
    kind: "urgent" | "bulk",
    queue: Fifo<string>,
    batch: { group: string; items: readonly string[] },
  ) => {
    const key = `${kind}/${batch.items[0]}`;
    const environment = idle.pop() ?? {
      process: {} as Process,
      name: `w${(environments += 1)}`,
      skew: between(-1, 1, seed, `skew/${environments}`) * (scenario.skew ?? 0),
    };
    const process: Process = {
      key,
      of: "deliver",
      skew: 0,
      isDead: false,
      awaits: 0,
      onDeath: () => undefined,
    };
    environment.process = process;
    environment.using ??= usingOf(environment);
    const end = (back: readonly string[]) => {
      busy[kind] -= 1;
      queue.end(batch.group, back);
      pull(kind);
    };
    const isMortal = calls.length < 0.8 * scenario.messages;
    if (isMortal && chanceOf(seed, `death/${key}`) < (scenario.deaths ?? 0))
      engine.plan(engine.now() + between(20, 1500, seed, key), () => {
        if (process.isDead) return;
        process.isDead = true;
        busy[kind] -= 1;
        pull(kind);
        engine.plan(engine.now() + hiddenMilliseconds, () => {
          queue.end(batch.group, batch.items);
          pull(kind);
        });
        engine.plan(engine.now() + settledMilliseconds, () => settle(batch.items));
      });
    const items = batch.items.map((attemptId) => ({
      item: { messageId: messageIdOf(attemptId) ?? "", attemptId },
      delivery: { messageId: attemptId, receiveCount: 1 },
    }));
    void deliver(items, environment.using).then((outcomes) => {
      if (process.isDead) return;
      process.isDead = true;
      idle.push(environment);
      end(batch.items.filter((_, index) => outcomes[index] === "again"));
    });
  };
  /** What the sweeper and the provider's callbacks do about attempts whose worker died: known calls are known, the others are made. */
  const settle = (attemptIds: readonly string[]) => {
    for (const attemptId of attemptIds) {
      const message = messages.get(messageIdOf(attemptId) ?? "");
      if (
        !message ||
        currentAttempt(message)?.id !== attemptId ||
        currentAttempt(message)?.status !== "sending"
      )
        continue;
      const at = Math.floor(engine.now());
      const isKnown = made.has(attemptId);
      const again = isKnown ? undefined : retryStep(message, at);
      const next =
        again?.message ??
        applyReceipt(message, { attemptId, is: "delivered", at, from: "callback" }, "delivered", at);
      messages.set(message.id, { ...next, version: next.version + 1 });
      if (again) hand(again.message, urgentCreated.has(message.id));
      pull(urgentCreated.has(message.id) ? "urgent" : "bulk");
    }
  };
  pull("bulk");
  await runOut(engine, messages);
  return resultOf(scenario, calls, messages, urgentCreated, { slotWrites, slotReads });
}

async function runOut(engine: Engine, messages: ReadonlyMap<string, Message>): Promise<void> {
  for (let until = start + 3_600_000; ; until += 3_600_000) {
    await engine.runUntil(until);
    const isOver = [...messages.values()].every(({ status }) => status === "sent" || status === "delivered");
    if (isOver || until > start + 40 * 86_400_000) return;
  }
}

function contactOf(id: string): Contact {
  return {
    id,
    attributes: {},
    preferences: { channels: [] },
    addresses: [{ id: "adr_1", kind: "phone", value: "+12125550123", lineType: "mobile" }],
    createdAt: start,
    updatedAt: start,
  };
}

function resultOf(
  { name, mps }: Scenario,
  calls: readonly { at: number; segments: number; attemptId: string }[],
  messages: ReadonlyMap<string, Message>,
  urgentCreated: ReadonlyMap<string, number>,
  { slotWrites, slotReads }: { readonly slotWrites: number; readonly slotReads: number },
): Result {
  const sent = new Map<string, number>();
  for (const { attemptId } of calls) {
    const id = messageIdOf(attemptId);
    if (id) sent.set(id, (sent.get(id) ?? 0) + 1);
  }
  const segments = calls.reduce((sum, call) => sum + call.segments, 0);
  const [first, last] = [calls[0]?.at ?? 0, calls.at(-1)?.at ?? 0];
  const seconds = (last - first) / 1000;
  const { worst, violations, allowed } = windowsOf(calls, mps);
  const waits = calls.flatMap(({ attemptId, at }) => {
    const created = urgentCreated.get(messageIdOf(attemptId) ?? "");
    return created === undefined ? [] : [at - created];
  });
  const sorted = waits.toSorted((one, other) => one - other);
  const rank = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    name,
    mps,
    messages: messages.size,
    segments,
    seconds,
    utilisation: (segments - (calls.at(-1)?.segments ?? 0)) / mps / Math.max(seconds, 1e-9),
    worst,
    allowed,
    violations,
    lost: [...messages.keys()].filter((id) => !sent.has(id)).length,
    doubled: [...sent.values()].filter((count) => count > 1).length,
    ...(sorted.length > 0 && {
      urgent: { count: sorted.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) },
    }),
    slotWrites: slotWrites / messages.size,
    slotReads: slotReads / messages.size,
    calls,
  };
}

/** The most segments in any window as long as the rate needs to be a whole number, found by sliding over every call. */
function windowsOf(calls: readonly { at: number; segments: number }[], mps: number) {
  const seconds = [1, 2, 4, 5, 10].find((count) => Number.isInteger(Number((mps * count).toFixed(9)))) ?? 10;
  const allowed = Math.max(1, Math.round(mps * seconds));
  const sorted = calls.toSorted((one, other) => one.at - other.at);
  let [used, from, worst, violations] = [0, 0, 0, 0];
  for (const call of sorted) {
    used += Math.min(allowed, call.segments);
    while ((sorted[from]?.at ?? 0) <= call.at - seconds * 1000) {
      used -= Math.min(allowed, sorted[from]?.segments ?? 0);
      from += 1;
    }
    worst = Math.max(worst, used);
    if (used > allowed) violations += 1;
  }
  return { worst, violations, allowed };
}
