import type { Contact } from "../../functions/contacts/contact.ts";
import type { Grain } from "../../functions/messages/cohort.ts";
import type { Attempt, Message } from "../../functions/messages/message.ts";
import { messageIn } from "../../functions/messages/message-item.ts";
import { chanceOf } from "../../test/simulation/chance.ts";
import { newEngine } from "../../test/simulation/engine.ts";
import { type Faults, faultsOf, type WorldFault } from "../../test/simulation/faults.ts";
import { newSystem, type System } from "../../test/simulation/system.ts";

/** One run: a burst of notifications that race with their deadlines. */
interface Run {
  readonly grain: Grain;
  readonly seed: number;
  /** Messages in it; each person gets one. */
  readonly races: number;
  /** Seconds within which they are sent. */
  readonly seconds: number;
  /** Whether workers die, calls are lost and doubled, and timers are late. Proof is late, lost and doubled in every run. */
  readonly isRough: boolean;
}

/** What came of the races of a run. */
export interface Races {
  readonly races: number;
  /** Went on to the second channel, and did not. */
  readonly failedOver: number;
  readonly seen: number;
  /** The second channel started although the message knew of the proof, or a channel brought two copies. */
  readonly doubles: number;
  /** Nobody had seen it, and the second channel of its plan never started. */
  readonly misses: number;
  /** The proof came after the second channel had started: counted and marked, no mistake. */
  readonly overtaken: number;
  readonly transitions: number;
  /** Milliseconds from each deadline to the start of the second channel. */
  readonly lags: readonly number[];
}

const start = Date.UTC(2026, 10, 23, 17);
const minute = 60_000;
const waitMilliseconds = 60_000;
const categories: Readonly<Record<Grain, string>> = { message: "delivery-update", cohort: "parcel-news" };
/** How long the product gets to bring everything to an end: carriers may report for three days. */
const longestRest = 5 * 24 * 60;

/** Faults that make a race: what becomes of the proof. The others are left to the seed, or out. */
const proofFaults: Readonly<Partial<Record<WorldFault, number>>> = {
  "handset-off": 0.2,
  "receipt-lost": 0.05,
  "receipt-late": 0.1,
  "receipt-twice": 0.2,
  "proof-at-the-deadline": 0.3,
};

/** Runs one burst through the shipped handlers and the deployed state machine, in virtual time. */
export async function race(run: Run): Promise<Races> {
  const { grain, seed, races, seconds } = run;
  const engine = newEngine(seed, start, faultsFor(run), 50_000_000);
  const system = newSystem(engine, { onCommit: () => undefined, onCall: () => undefined });
  const ids = Array.from(
    { length: races },
    (_, index) => `msg_${String(seed * 1000 + index).padStart(26, "0")}`,
  );
  for (const [index, id] of ids.entries()) {
    const contact = contactOf(index);
    const put = (Item: Record<string, unknown>) =>
      system.tables.apply("PutItem", { TableName: "contacts", Item });
    put({ pk: contact.id, sk: "profile", updatedAt: start, contact });
    const request = {
      is: "send",
      id,
      contactId: contact.id,
      category: categories[grain],
      text: "It is here.",
    } as const;
    engine.plan(start + seconds * 1000 * chanceOf(seed, `at/${index}`), () =>
      system.call(`send/${index}`, request, () => undefined),
    );
  }
  if (run.isRough) engine.plan(start + (seconds + 300) * 1000, () => engine.faults.heal());
  await runOut(engine, system);
  return judged(run, system);
}

function faultsFor({ seed, isRough }: Run): Faults {
  const rough = faultsOf(seed, isRough ? undefined : new Set());
  return {
    ...rough,
    happens: (fault, key) => {
      const rate = proofFaults[fault];
      return rate === undefined ? rough.happens(fault, key) : chanceOf(seed, `${fault}/${key}`) < rate;
    },
  };
}

async function runOut(engine: ReturnType<typeof newEngine>, system: System): Promise<void> {
  for (let count = 1; count < longestRest; count += 1) {
    const now = start + count * minute;
    await engine.runUntil(now);
    const due = [...system.tables.items("messages")].flatMap(({ dueAt }) =>
      typeof dueAt === "number" ? [dueAt] : [],
    );
    if (due.length === 0 && system.machine.running() === 0) return;
    const next = Math.min(...due);
    if (next <= now) system.sweep(now);
    // Nothing but carriers that stay silent: on to the minute in which somebody looks.
    else if (next > now + 10 * minute) count = Math.floor((next - start) / minute);
  }
}

function judged({ races }: Run, system: System): Races {
  const messages = [...system.tables.items("messages")].flatMap((item) => messageIn(item) ?? []);
  const arrived = Map.groupBy(system.provider.arrivals, ({ attemptId }) => attemptId.slice(0, 30));
  const second = (message: Message) => message.attempts.find(({ step }) => step > 0);
  const isDouble = (message: Message) => {
    const channels = (arrived.get(message.id) ?? []).map(({ channel }) => channel);
    return knewBefore(message, second(message)) || new Set(channels).size < channels.length;
  };
  // While a provider is out a plan may have one channel only: nothing was to follow.
  const hasSecond = ({ plan }: Message) => plan === undefined || plan.steps.length > 1;
  const isMissed = (message: Message) =>
    message.confirmedAt === undefined &&
    hasSecond(message) &&
    second(message) === undefined &&
    message.status !== "expired";
  const lags = messages.flatMap((message) => {
    const [first, next] = [message.attempts.find(({ step }) => step === 0), second(message)];
    const deadline = first && deadlineOf(first);
    return deadline === undefined || !next ? [] : [next.queuedAt - deadline];
  });
  const failedOver = messages.filter((message) => second(message)).length;
  return {
    races,
    failedOver,
    seen: messages.length - failedOver,
    doubles: messages.filter(isDouble).length,
    misses: messages.filter(isMissed).length + races - messages.length,
    overtaken: messages.filter(({ attempts }) => attempts.some(({ isLate }) => isLate)).length,
    transitions: system.machine.transitions(),
    lags,
  };
}

/** Proof that was written before the second channel started; proof that was written after it is marked late. */
function knewBefore({ attempts }: Message, next: Attempt | undefined): boolean {
  const isProven = ({ step, deliveredAt, readAt, isLate }: Attempt) =>
    step === 0 && !isLate && (deliveredAt ?? readAt) !== undefined;
  return next !== undefined && attempts.some(isProven);
}

/** When the second channel is due: the wait runs from when the provider had the first. */
function deadlineOf(first: Attempt): number | undefined {
  // What failed is not waited for.
  if (first.status === "refused" || first.status === "failed" || first.status === "undelivered")
    return undefined;
  const since = first.providerAcceptedAt;
  return since === undefined ? undefined : since + waitMilliseconds;
}

function contactOf(index: number): Contact {
  const addresses = [
    {
      id: "adr_phone",
      kind: "phone",
      value: `+1212${String(5550000 + index).slice(-7)}`,
      lineType: "mobile",
    },
    { id: "adr_app", kind: "device", value: `device-${index}`, platform: "fcm", permission: "granted" },
  ] satisfies Contact["addresses"];
  return {
    id: `con_${String(index).padStart(26, "0")}`,
    timeZone: "America/New_York",
    attributes: {},
    preferences: { channels: [] },
    addresses,
    createdAt: start,
    updatedAt: start,
  };
}

/** A share of a list's numbers from the smallest on. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
