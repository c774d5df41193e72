import { Campaign } from "../../functions/campaigns/campaign.ts";
import { Tally, totalsOf } from "../../functions/campaigns/tally.ts";
import { messageIn } from "../../functions/messages/message-item.ts";
import { Gate } from "../../functions/consent/gate.ts";
import type { Message } from "../../functions/messages/message.ts";
import { isWaiting, messageIdOf } from "../../functions/messages/message.ts";
import { windowOf } from "../../functions/senders/window.ts";
import type { Circuit } from "../../functions/switches/circuit.ts";
import { Board } from "../../functions/switches/switch.ts";
import { business } from "./business.ts";
import type { Engine } from "./engine.ts";
import type { System } from "./system.ts";
import type { Commit } from "./table.ts";
import { textMarker, type Workload } from "./workload.ts";

/** A promise that did not hold. */
export interface Violation {
  readonly promise: string;
  readonly what: string;
  readonly at: number;
}

/** Watches every commit, and judges the end; knows the truth, which the product cannot read. */
export interface Watch {
  readonly onCommit: (commit: Commit) => void;
  readonly acknowledged: Map<string, unknown>;
  readonly violations: Violation[];
  /** Whatever a handler wrote into its log. */
  readonly onLog: (line: string) => void;
  /** A call as it starts. */
  readonly onCall: (attemptId: string) => void;
  readonly atTheEnd: (system: System) => void;
}

const finals = new Set([
  "delivered",
  "read",
  "undelivered",
  "failed",
  "unknown",
  "suppressed",
  "expired",
  "canceled",
]);
const ranks = {
  queued: 0,
  sending: 1,
  unknown: 2,
  "provider-accepted": 3,
  "carrier-accepted": 4,
  refused: 5,
  failed: 5,
  undelivered: 5,
  expired: 5,
  delivered: 6,
  read: 7,
};
/** An opt-out has to hold this soon. */
const optOutMilliseconds = 10_000;
/** A switch has to act this soon. */
const switchMilliseconds = 60_000;
/** What waits for a switch must go on this soon after it was lifted and all faults were over. */
const releaseMilliseconds = 600_000;
/** A provider that works again has to be found within two of the longest waits, and an hour for the night's sweep. */
const longestLookMilliseconds = 3_600_000;
const daysOfMonth = 30 * 86_400_000;
/** A cohort has to move on this soon after its instant. */
const cohortLagMilliseconds = 4_000;
const longestSkewMilliseconds = 2_000;

/** The promises of the product, stated over what was committed and what really happened. */
export function watch(engine: Engine, workload: Workload): Watch {
  const violations: Violation[] = [];
  const acknowledged = new Map<string, unknown>();
  const optedOutAt = new Map<string, number>();
  const offAt = new Map<string, number>();
  const liftedAt = new Map<string, number>();
  const claimedAt = new Map<string, number>();
  const broken = (promise: string, what: string) => void violations.push({ promise, what, at: engine.now() });
  const contactOf = new Map(
    workload.contacts.flatMap((contact) => contact.addresses.map(({ value }) => [value, contact] as const)),
  );

  const onGate = (before: Gate | undefined, after: Gate) => {
    for (const [key, was] of Object.entries(before?.consents ?? {})) {
      const is = after.consents[key];
      if (!is || is.at < was.at) broken("I-16 consent is never forgotten", `${after.contactId} ${key}`);
      if (is && is.at === was.at && was.state === "out" && is.state === "in")
        broken("I-19 STOP wins a tie", key);
    }
    for (const [key, { state }] of Object.entries(after.consents)) {
      const name = `${after.contactId}/${key}`;
      if (state === "in") optedOutAt.delete(name);
      else if (!optedOutAt.has(name)) optedOutAt.set(name, engine.now());
    }
    for (const [attemptId, claim] of Object.entries(after.claims)) {
      if (before?.claims[attemptId] || claim.is === "void") continue;
      claimedAt.set(attemptId, engine.now());
      const state = before?.consents[`${claim.addressId}/${claim.purpose}`]?.state;
      const isAnswer = messages.get(messageIdOf(attemptId) ?? "")?.replyTo !== undefined;
      const isAllowed =
        isAnswer ||
        claim.purpose === "emergency" ||
        (claim.purpose === "marketing" ? state === "in" : state !== "out");
      if (!isAllowed)
        broken("I-3 no attempt starts after an opt-out", `${attemptId} ${claim.purpose} ${state ?? "none"}`);
    }
  };

  /** When a circuit was opened; nobody but the attempt that tries may go by it. */
  const openedAt = new Map<string, { at: number; trial: Circuit["trial"] }>();
  const closedAt = new Map<string, number>();
  const onCircuits = (circuits: readonly Circuit[]) => {
    const open = new Set(circuits.map(({ connection }) => connection));
    for (const connection of openedAt.keys()) {
      if (open.has(connection)) continue;
      openedAt.delete(connection);
      closedAt.set(connection, engine.now());
    }
    for (const { connection, trial } of circuits)
      openedAt.set(connection, { at: openedAt.get(connection)?.at ?? engine.now(), trial });
  };

  const onBoard = ({ off, circuits = [] }: Board) => {
    onCircuits(circuits);
    const names = off.map(({ scope, id }) => `${scope}/${id}`);
    for (const name of offAt.keys()) {
      if (names.includes(name)) continue;
      offAt.delete(name);
      liftedAt.set(name, engine.now());
    }
    for (const name of names) if (!offAt.has(name)) offAt.set(name, engine.now());
  };
  /** Nothing went wrong around those who time cohorts and move them on. */
  const isCalm = () => !engine.faults.hit.some((name) => /@(cohort|deliver|track|sweep|step)/.test(name));

  const onTally = (tally: Tally) => {
    const counted = Object.values(totalsOf([tally])).reduce((sum, count) => sum + count, 0);
    if (counted !== tally.recipients)
      broken("I-52 counts add up to all recipients", `page ${tally.page}: ${counted} of ${tally.recipients}`);
  };

  const messages = new Map<string, Message>();
  const onMessage = (before: Message | undefined, after: Message) => {
    messages.set(after.id, after);
    if (!before) return;
    const waitedFor = isWaiting(before) && before.reason?.replace("switched-off: ", "").replace(" ", "/");
    const lifted = Math.max(liftedAt.get(waitedFor || "") ?? Infinity, workload.chaosUntil);
    if (waitedFor && after.status === "expired" && engine.now() > lifted + releaseMilliseconds)
      broken("I-42 what waited for a switch goes on when it is lifted", after.id);
    const circuit = isWaiting(before) && before.reason?.startsWith("circuit-open: ");
    const allWell = Math.max(...closedAt.values(), workload.chaosUntil);
    if (circuit && after.status === "expired" && engine.now() > allWell + longestLookMilliseconds)
      broken("I-44 what waited for a provider goes on when that works again", after.id);
    if (
      finals.has(before.status) &&
      before.status !== after.status &&
      !["delivered", "read"].includes(after.status)
    )
      broken("I-14 exactly one final state", `${after.id} ${before.status} → ${after.status}`);
    if (before.status === "read" && after.status !== "read")
      broken("I-14 exactly one final state", `${after.id} read → ${after.status}`);
    if (before.confirmedAt !== undefined && after.attempts.length > before.attempts.length)
      broken("I-2 no further attempt after the person has it", after.id);
    const { movesOnAt } = before;
    if (movesOnAt !== undefined && after.step > before.step) {
      if (engine.now() < movesOnAt - longestSkewMilliseconds)
        broken("I-29 a cohort moves on at its instant", `${after.id} ${movesOnAt - engine.now()} ms early`);
      if (engine.now() > movesOnAt + cohortLagMilliseconds && isCalm())
        broken("I-29 a cohort moves on at its instant", `${after.id} ${engine.now() - movesOnAt} ms late`);
    }
    if (after.timeline.length < before.timeline.length && before.timeline.length < 100)
      broken("I-16 history only grows", after.id);
    for (const attempt of before.attempts) {
      const next = after.attempts.find(({ id }) => id === attempt.id);
      // Of many attempts that reached nobody the oldest may go.
      if (!next && attempt.status !== "refused") broken("I-15 attempts are kept", after.id);
      if (next && ranks[next.status] < ranks[attempt.status])
        broken("I-15 an attempt only moves up", `${attempt.id} ${attempt.status} → ${next.status}`);
    }
  };

  return {
    violations,
    acknowledged,
    onCommit: ({ table, sk, before, after }) => {
      if (sk === "gate" && after) onGate(before && Gate.parse(before["gate"]), Gate.parse(after["gate"]));
      if (sk.startsWith("tally#") && after) onTally(Tally.parse(after["tally"]));
      if (sk === "board" && after) onBoard(Board.parse(after["board"]));
      const message = table === "messages" ? messageIn(after) : undefined;
      // What was written last is what stands there before the next write.
      if (message) onMessage(before && messages.get(message.id), message);
      if (sk.startsWith("consent#") && before) broken("I-16 the ledger is only added to", sk);
    },
    onCall: (attemptId) => {
      const message = messages.get(messageIdOf(attemptId) ?? "");
      const attempt = message?.attempts.find(({ id }) => id === attemptId);
      const purpose = business.categories.find(({ id }) => id === message?.category)?.purpose;
      const goesBy = [
        `sender/${attempt?.senderId}`,
        `channel/${attempt?.channel}`,
        `category/${message?.category}`,
        `campaign/${message?.campaignId}`,
      ];
      for (const name of goesBy)
        if (engine.now() > (offAt.get(name) ?? Infinity) + switchMilliseconds)
          broken("I-41 nothing goes out by what is switched off", `${attemptId} ${name}`);
      const connection = business.senders.find(({ id }) => id === attempt?.senderId)?.connection ?? "";
      const circuit = openedAt.get(connection);
      if (circuit && circuit.trial !== attemptId && engine.now() > circuit.at + switchMilliseconds)
        broken("I-43 nothing goes out by a provider that is out", `${attemptId} ${connection}`);
      if (!message || !attempt || message.replyTo || purpose === "emergency") return;
      const since = optedOutAt.get(`${message.contactId}/${attempt.addressId}/${purpose ?? ""}`);
      if (since !== undefined && engine.now() > since + optOutMilliseconds)
        broken(
          "I-4 an opt-out holds within ten seconds",
          `${attemptId} ${Math.round(engine.now() - since)} ms after it`,
        );
    },
    onLog: (line) => {
      if (
        line.includes(textMarker) ||
        workload.contacts.some(({ addresses }) => addresses.some(({ value }) => line.includes(value)))
      )
        broken("I-25 nothing personal in a log", line.slice(0, 120));
    },
    atTheEnd: (system) => {
      const final = new Map<string, Message>();
      for (const item of system.tables.items("messages")) {
        try {
          const message = messageIn(item);
          if (message) final.set(message.id, message);
        } catch (error) {
          broken("I-28 what is stored can be read", `${String(item["pk"])} ${String(error).slice(0, 120)}`);
        }
      }
      judgeEnd(system, final, acknowledged, broken);
      judgeCalls(system, final, { claimedAt, contactOf, broken });
      judgeGates(system, final, broken);
      judgeCampaigns(system, final, acknowledged, broken);
      judgeHandsets(system, final, { contactOf, broken });
      judgePace(system, engine, broken);
      const { inputs } = system.machine;
      for (const text of [...inputs, ...system.happenings.map((one) => JSON.stringify(one))])
        if (text.includes(textMarker))
          broken("I-25 nothing personal in an event or a machine", text.slice(0, 80));
    },
  };

  function judgeCalls(system: System, final: ReadonlyMap<string, Message>, { claimedAt: claims }: Told) {
    const taken = new Map<string, number>();
    for (const call of system.provider.calls) {
      if (call.isTaken) taken.set(call.attemptId, (taken.get(call.attemptId) ?? 0) + 1);
      if (!claims.has(call.attemptId)) broken("I-17 no call without the gate", call.attemptId);
      const message = final.get(messageIdOf(call.attemptId) ?? "");
      if (!message) broken("I-17 no call without a message", call.attemptId);
      else if (call.isTaken && !message.attempts.some(({ id }) => id === call.attemptId))
        broken("I-53 what was sent stands in its message", call.attemptId);
    }
    for (const [attemptId, count] of taken)
      if (count > 1) broken("I-5 one call an attempt", `${attemptId} ${count}`);
  }
}

interface Told {
  readonly claimedAt: ReadonlyMap<string, number>;
  readonly contactOf: ReadonlyMap<string, Workload["contacts"][number]>;
  readonly broken: (promise: string, what: string) => void;
}

function judgeEnd(
  system: System,
  final: ReadonlyMap<string, Message>,
  acknowledged: ReadonlyMap<string, unknown>,
  broken: Told["broken"],
): void {
  for (const id of acknowledged.keys())
    if (id.startsWith("msg_") && !final.has(id)) broken("I-1 nothing accepted is lost", id);
  for (const [id, { status, dueAt }] of final) {
    if (!finals.has(status)) broken("I-28 every message ends", `${id} ${status} due ${dueAt ?? "never"}`);
  }
  for (const { name, dead, waiting } of system.queues.values()) {
    if (waiting() > 0) broken("I-28 queues run empty", `${name} ${waiting()}`);
    if (dead.length > 0) broken("I-28 dead letters hold only poison", `${name} ${dead[0]?.body ?? ""}`);
  }
}

/** Everybody on a page of a launched campaign has one message, of one page; what was called off waits for nothing. */
function judgeCampaigns(
  system: System,
  final: ReadonlyMap<string, Message>,
  acknowledged: ReadonlyMap<string, unknown>,
  broken: Told["broken"],
): void {
  const items = [...system.tables.items("campaigns")];
  const campaigns = items.flatMap((item) => (item["campaign"] ? [Campaign.parse(item["campaign"])] : []));
  for (const { id, state } of campaigns) {
    const own = [...final.values()].filter(({ campaignId }) => campaignId === id);
    const people = new Set(own.map(({ contactId }) => contactId));
    if (people.size < own.length) broken("I-50 one message to each recipient", `${id} ${own.length}`);
    if (state === "draft" && own.length > 0) broken("I-50 nothing before the launch", id);
    const tallies = items.flatMap((item) =>
      item["pk"] === id && item["tally"] ? [Tally.parse(item["tally"])] : [],
    );
    const isPromised = acknowledged.has(id) && tallies.length > 0;
    if (isPromised && state === "draft") broken("I-51 what was launched is launched", id);
    if (state !== "launched" && state !== "canceled") continue;
    const mark = state === "launched" ? "decidedAt" : "canceledAt";
    for (const tally of tallies)
      if (tally[mark] === undefined) broken("I-51 every page is taken up", `${id} page ${tally.page}`);
    const duplicates = tallies.reduce((sum, { settled }) => sum + (settled.duplicate ?? 0), 0);
    const recipients = tallies.reduce((sum, tally) => sum + tally.recipients, 0);
    if (state === "launched" && own.length + duplicates !== recipients)
      broken("I-50 one message to each recipient", `${id} ${own.length} + ${duplicates} of ${recipients}`);
  }
}

/** What provably reached nobody does not count, and an answer to a keyword comes once. */
function judgeGates(system: System, final: ReadonlyMap<string, Message>, broken: Told["broken"]): void {
  const answered = new Set<string>();
  for (const { replyTo } of final.values()) {
    if (replyTo && answered.has(replyTo.inboundId)) broken("I-20 one answer to a keyword", replyTo.inboundId);
    if (replyTo) answered.add(replyTo.inboundId);
  }
  for (const item of system.tables.items("contacts")) {
    if (!item["gate"]) continue;
    for (const [attemptId, { is }] of Object.entries(Gate.parse(item["gate"]).claims)) {
      const attempt = final.get(messageIdOf(attemptId) ?? "")?.attempts.find(({ id }) => id === attemptId);
      if (is === "claimed" && attempt?.status === "refused")
        broken("I-13 what was refused does not count", attemptId);
    }
  }
}

function judgeHandsets(
  system: System,
  final: ReadonlyMap<string, Message>,
  { contactOf, broken }: Omit<Told, "claimedAt">,
): void {
  const copies = new Map<string, number>();
  const channels = new Map<string, Set<string>>();
  const marketing = new Map<string, { at: number; id: string }[]>();
  for (const arrival of system.provider.arrivals) {
    const id = messageIdOf(arrival.attemptId) ?? "";
    const message = final.get(id);
    const category = business.categories.find((one) => one.id === message?.category);
    const key = `${id}/${arrival.channel}`;
    copies.set(key, (copies.get(key) ?? 0) + 1);
    channels.set(id, (channels.get(id) ?? new Set()).add(arrival.channel));
    if (category?.onUnknown !== "retry" && (copies.get(key) ?? 0) > 1)
      broken("I-6 one copy of a message on a channel", key);
    if ((copies.get(key) ?? 0) > 3) broken("I-7 a retried code comes three times at most", key);
    const contact = contactOf.get(arrival.to);
    if (category?.purpose !== "marketing" || !contact) continue;
    const list = marketing.get(contact.id) ?? [];
    marketing.set(contact.id, [...list, { at: arrival.at, id }]);
    const hour = hourIn(contact.timeZone ?? "UTC", arrival.at);
    if (hour < 9 || hour >= 21)
      broken("I-11 no marketing outside the hours", `${id} at ${hour.toFixed(2)} in ${contact.timeZone}`);
    const quiet = contact.preferences.quietHours;
    if (quiet && hour >= 12 && hour < 13)
      broken("I-11 no marketing in a contact's quiet hours", `${id} at ${hour.toFixed(2)}`);
  }
  for (const [id, some] of channels) {
    const isOwned = final.get(id)?.attempts.some(
      ({ isLate, status }) =>
        isLate ||
        [
          "undelivered",
          "failed",
          "refused",
          "unknown",
          "expired",
          // Its worker died in the call, and the message ended before anybody asked the provider.
          "sending",
          "provider-accepted",
          "carrier-accepted",
        ].includes(status),
    );
    if (some.size > 1 && !isOwned) broken("I-8 two channels only when proof came late", id);
  }
  for (const [contact, list] of marketing) {
    const within = list.filter(({ at }) => at > (list.at(-1)?.at ?? 0) - daysOfMonth);
    const distinct = new Set(within.map(({ id }) => id)).size;
    if (distinct > 4) broken("I-12 never over the cap", `${contact} ${distinct}`);
  }
}

function judgePace(system: System, engine: Engine, broken: Told["broken"]): void {
  const isSkewed = engine.faults.hit.some((name) => name.startsWith("clock-skew@"));
  for (const sender of business.senders) {
    const calls = system.provider.calls.filter(({ from }) => from === sender.identity);
    const { milliseconds, segments: most } = windowOf(sender.mps);
    // Two clocks that are two seconds apart are four seconds apart for the one who looks from outside.
    const allowed = most + (isSkewed ? Math.ceil((sender.mps * 4000) / 1000) : 0);
    for (const { at } of calls) {
      const inWindow = calls.filter((one) => one.at >= at && one.at < at + milliseconds);
      const used = inWindow.reduce((sum, { segments }) => sum + Math.min(segments, most), 0);
      if (used > allowed) broken("I-9 never above the rate", `${sender.id} ${used} in ${milliseconds} ms`);
    }
  }
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Hours of the day in a zone, found another way than the product does. */
function hourIn(timeZone: string, at: number): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
  formats.set(timeZone, format);
  const [hours = 0, minutes = 0, secondsPart = 0] = format.format(at).split(":").map(Number);
  return hours + minutes / 60 + secondsPart / 3600;
}
