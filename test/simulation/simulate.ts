import { messageIn } from "../../functions/messages/message-item.ts";
import { openGate } from "../../functions/consent/gate.ts";
import { faultsOf } from "./faults.ts";
import { newEngine } from "./engine.ts";
import { type Violation, watch } from "./invariants.ts";
import { type ApiCall, newSystem, type System } from "./system.ts";
import { Board } from "../../functions/switches/switch.ts";
import { campaignIds, type Operation, switchable, type Workload, workloadOf } from "./workload.ts";

/** What a run is narrowed down to; everything when left out. */
export interface Only {
  readonly operations?: ReadonlySet<string>;
  readonly faults?: ReadonlySet<string>;
}

/** What one seed came to. */
export interface Outcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly traceHash: string;
  readonly events: number;
  readonly messages: number;
  readonly calls: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly operations: readonly string[];
  readonly hit: readonly string[];
  readonly coverage: ReadonlyMap<string, number>;
}

const minute = 60_000;
const day = 24 * 60 * minute;
/** Carriers may report for 72 hours; a message may wait out a night before that. */
const longestRest = 12 * day;

/** Runs the product through one seed: chaos, then healing, then judgement. */
export async function simulate(seed: number, only: Only = {}): Promise<Outcome> {
  const workload = workloadOf(seed);
  const faults = faultsOf(seed, only.faults);
  const engine = newEngine(seed, workload.start, faults);
  const judge = watch(engine, workload);
  const system = newSystem(engine, judge);
  const put = (Item: Record<string, unknown>) =>
    system.tables.apply("PutItem", { TableName: "contacts", Item });
  for (const contact of workload.contacts) {
    const { id, updatedAt } = contact;
    put({ pk: id, sk: "profile", updatedAt, contact });
    for (const { kind, value } of contact.addresses)
      if (kind === "phone")
        put({ pk: `address#phone#${value}`, sk: "owner", contactId: id, claimedAt: updatedAt });
  }
  for (const contactId of workload.optedIn) put(optedInGate(contactId, workload));
  const operations = workload.operations.filter(({ name }) => only.operations?.has(name) ?? true);
  for (const operation of operations)
    engine.plan(operation.at, () => perform(operation, workload.contacts, system, judge.acknowledged));
  engine.plan(workload.chaosUntil, () => {
    faults.heal();
    // What died under the last faults comes back a little later than they end.
    for (const { redrive } of system.queues.values())
      for (const minutes of [1, 30]) engine.plan(engine.now() + minutes * minute, redrive);
    for (const senderId of ["us-number", "us-toll-free", "app"])
      system.call(`heal/${senderId}`, { is: "resume", senderId }, () => undefined);
    for (const id of campaignIds) system.call(`heal/${id}`, { is: "campaign-resume", id }, () => undefined);
    for (const [scope, id] of switchable)
      system.call(`heal/${scope}/${id}`, { is: "switch-on", scope, id }, () => undefined);
  });
  const restore = listenToLogs(judge.onLog);
  try {
    await runToRest(engine, system, workload.chaosUntil);
  } finally {
    restore();
  }
  judge.atTheEnd(system);
  const statuses: Record<string, number> = {};
  let messages = 0;
  for (const item of system.tables.items("messages")) {
    const status = messageIn(item)?.status;
    if (status) statuses[status] = (statuses[status] ?? 0) + 1;
    if (status) messages += 1;
  }
  return {
    seed,
    violations: judge.violations,
    traceHash: engine.traceHash(),
    events: engine.events(),
    messages,
    calls: system.provider.calls.length,
    statuses,
    operations: operations.map(({ name }) => name),
    hit: faults.hit,
    coverage: engine.coverage,
  };
}

/** How often somebody looks after campaigns. */
const minutesBetweenLooks = 5;

/** The sweeper looks every minute; minutes in which it would find nothing are skipped. */
async function runToRest(
  engine: ReturnType<typeof newEngine>,
  system: System,
  chaosUntil: number,
): Promise<void> {
  let next = engine.now() + minute;
  const last = chaosUntil + longestRest;
  while (next < last) {
    await engine.runUntil(next);
    const due = earliestDue(system);
    if (due !== undefined && due <= next) system.sweep(next);
    const look = earliestLook(system);
    if (look !== undefined && look <= next && (next / minute) % minutesBetweenLooks === 0)
      system.lookAfter(next);
    next += minute;
    if (engine.now() < chaosUntil + 31 * minute || isBusy(system)) continue;
    const first = Math.min(due ?? Infinity, look ?? Infinity);
    if (first === Infinity && system.schedules() === 0) return;
    // Nothing moves: on to the minute in which something is due, or a schedule fires.
    if (first < Infinity && system.schedules() === 0 && first > next)
      next = Math.ceil(first / minute) * minute;
  }
}

function isBusy(system: System): boolean {
  const isWorking = [...system.functions.values()].some(({ busy }) => busy() > 0);
  return (
    isWorking ||
    system.machine.running() > 0 ||
    [...system.queues.values()].some(({ waiting }) => waiting() > 0)
  );
}

function earliestDue(system: System): number | undefined {
  let earliest: number | undefined;
  for (const item of system.tables.items("messages")) {
    const due = item["dueAt"];
    if (typeof due === "number" && (earliest === undefined || due < earliest)) earliest = due;
  }
  for (const item of system.tables.items("counters")) {
    if (!item["board"]) continue;
    const { liftedAt, circuits = [] } = Board.parse(item["board"]);
    // What waited for a switch that was lifted is due at once.
    if (liftedAt !== undefined) earliest = 0;
    for (const { until, trial } of circuits)
      if (trial !== "free") earliest = Math.min(earliest ?? Infinity, until);
      else if (earliest !== undefined) earliest = 0;
  }
  return earliest;
}

/** When somebody is to look after a campaign. */
function earliestLook(system: System): number | undefined {
  const looks = [...system.tables.items("campaigns")].flatMap(({ lookAt }) =>
    typeof lookAt === "number" ? [lookAt] : [],
  );
  return looks.length > 0 ? Math.min(...looks) : undefined;
}

function perform(
  operation: Operation,
  contacts: Workload["contacts"],
  system: System,
  acknowledged: Map<string, unknown>,
): void {
  const { name } = operation;
  const call = (request: ApiCall, done: (answer: unknown) => void = () => undefined) =>
    system.call(name, request, done);
  if (operation.is === "send") {
    const { id, category, text, delay, at } = operation;
    const request: ApiCall = {
      is: "send",
      id,
      category,
      text,
      contactId: contacts[operation.contact]?.id ?? "",
      ...(delay > 0 && { sendAt: Math.floor(at + delay) }),
    };
    const acknowledge = (answer: unknown) => void (acknowledged.has(id) || acknowledged.set(id, answer));
    call(request, acknowledge);
    if (operation.twice) system.call(`${name}/again`, request, acknowledge);
    return;
  }
  if (operation.is === "cancel") {
    call({ is: "cancel", id: operation.id });
    return;
  }
  if (operation.is === "switch-off" || operation.is === "switch-on") {
    call({ is: operation.is, scope: operation.scope, id: operation.id });
    return;
  }
  if (operation.is === "campaign") {
    const { id, category, text, pages, delay, at } = operation;
    const request: ApiCall = {
      is: "campaign",
      id,
      category,
      text,
      pages: pages.map((page) => page.map((one) => contacts[one]?.id ?? "")),
      ...(delay > 0 && { startAt: Math.floor(at + delay) }),
    };
    const acknowledge = (answer: unknown) => void (acknowledged.has(id) || acknowledged.set(id, answer));
    call(request, acknowledge);
    if (operation.twice) system.call(`${name}/again`, request, acknowledge);
    return;
  }
  if (
    operation.is === "campaign-resume" ||
    operation.is === "campaign-cancel" ||
    operation.is === "campaign-read"
  ) {
    call({ is: operation.is, id: operation.id });
    return;
  }
  if (operation.is === "pause" || operation.is === "resume") {
    call({ is: operation.is, senderId: operation.senderId });
    return;
  }
  if (operation.is !== "text" && operation.is !== "consent") return;
  const contact = contacts[operation.contact];
  const phone = contact?.addresses[0];
  if (!contact || !phone) return;
  if (operation.is === "text") {
    const to = contact.country === "DE" ? "+447700900100" : "+15005550006";
    for (const time of operation.twice ? [1, 2] : [1])
      if (time > 0) system.write(`SM${name}`, phone.value, to, operation.text);
    return;
  }
  const entry = {
    id: `cse_${name}`,
    contactId: contact.id,
    addressId: phone.id,
    purpose: "marketing" as const,
    state: operation.state,
    method: "api" as const,
    at: Math.floor(operation.at),
    actor: "simulation",
  };
  call({ is: "consent", entry });
}

/** The gate of somebody who has agreed to marketing on all their addresses. */
function optedInGate(contactId: string, { contacts, start }: Workload): Record<string, unknown> {
  const addresses = contacts.find(({ id }) => id === contactId)?.addresses ?? [];
  const consents = addresses.map(({ id }) => [
    `${id}/marketing`,
    { state: "in", at: start - 1, entryId: `cse_${id}` },
  ]);
  const gate = { ...openGate(contactId), version: 1, consents: Object.fromEntries(consents) };
  return { pk: contactId, sk: "gate", version: 1, gate };
}

/** Handlers log as they do everywhere; here their lines are judged instead of shown. */
function listenToLogs(onLog: (line: string) => void): () => void {
  const { log, warn, error } = console;
  const listen = (line: unknown) => {
    onLog(String(line));
  };
  Object.assign(console, { log: listen, warn: listen, error: listen });
  return () => void Object.assign(console, { log, warn, error });
}
