import { launched } from "../../functions/campaigns/campaign.ts";
import { campaignStore } from "../../functions/campaigns/campaign.store.ts";
import type { CampaignUsing } from "../../functions/campaigns/using.ts";
import type { CampaignWork } from "../../functions/campaigns/campaign-work.ts";
import { createCampaign } from "../../functions/campaigns/create.ts";
import { changeCampaign } from "../../functions/campaigns/change.ts";
import { addRecipients } from "../../functions/campaigns/recipients.ts";
import { totalsOf } from "../../functions/campaigns/tally.ts";
import { workOn } from "../../functions/campaigns/work.ts";
import { isUrgentIn } from "../../functions/messages/category-of.ts";
import { takeGate } from "../../functions/consent/gate.ts";
import { changeGate, gateStore } from "../../functions/consent/gate.store.ts";
import { startAttempt } from "../../functions/messages/attempt.ts";
import { carrying, unpacked } from "../../functions/messages/carried.ts";
import type { HandAllToSenders } from "../../functions/messages/hand-over.ts";
import { attemptIdOf, type Message, type Status } from "../../functions/messages/message.ts";
import { messageIn } from "../../functions/messages/message-item.ts";
import { changeMessage, messageStore } from "../../functions/messages/message.store.ts";
import { finished, isFinished } from "../../functions/messages/status.ts";
import { peopleStore } from "../../functions/messages/people.store.ts";
import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import type { Happening } from "../../functions/platform/events.ts";
import { allOn, type Board } from "../../functions/switches/switch.ts";
import { business } from "../../heliograph.config.ts";
import { aContact, noon } from "../make.ts";
import { newTables, type TableInput } from "../simulation/table.ts";

export const campaignId = `cmp_${"0".repeat(26)}`;

/** People who can be texted, by their number. */
export function contactId(number: number): string {
  return `con_${String(number).padStart(26, "0")}`;
}

/** Ids of as many people. */
export function people(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => contactId(from + index));
}

/** The stores over tables in memory, and plain lists of what was handed on. */
export function aCampaignWorld() {
  const tables = newTables(() => undefined);
  const now = { at: noon };
  const board: { is: Board } = { is: allOn };
  const handed: string[] = [];
  /** What senders' queues carry, by message. */
  const carried = new Map<string, Message>();
  const intake: string[] = [];
  const works: CampaignWork[] = [];
  const later: { name: string; at: number; work: CampaignWork }[] = [];
  const happened: Happening[] = [];
  /** Which of the next calls fails; as one that died there would have left everything. */
  const failing = { calls: 0, at: Infinity };
  const callOr = <R>(effect: () => R): R => {
    failing.calls += 1;
    if (failing.calls >= failing.at) throw new Error("died here");
    return effect();
  };
  const aws: AwsClient = {
    send: async <Output extends object>({ operation, input }: Command<Output>) =>
      callOr(() => tables.apply(operation, input as TableInput) as Output),
  };
  const asWorkersSee = carrying({
    messages: messageStore(aws, "messages"),
    gates: gateStore(aws, "contacts"),
    clock: { now: () => now.at, sleepUntil: async () => undefined },
  });
  const using = {
    campaigns: campaignStore(aws, "campaigns"),
    messages: messageStore(aws, "messages"),
    gates: gateStore(aws, "contacts"),
    people: peopleStore(aws, "contacts", "a-moment-ago"),
    switches: async () => board.is,
    handAllToSenders: (async (attempts) =>
      callOr(() => {
        for (const { work } of attempts) {
          handed.push(work.attemptId);
          if (!work.carried) continue;
          carried.set(work.messageId, unpacked(work.carried));
          asWorkersSee.remember(unpacked(work.carried));
        }
      })) as HandAllToSenders,
    sendAllToIntake: async (ids: readonly string[]) => callOr(() => void intake.push(...ids)),
    sendWork: async (some: readonly CampaignWork[]) => callOr(() => void works.push(...some)),
    sendWorkLater: async (name: string, at: number, work: CampaignWork) =>
      callOr(() => void later.push({ name, at, work })),
    isUrgent: isUrgentIn(business),
    publish: async (some: readonly Happening[]) => callOr(() => void happened.push(...some)),
    business,
    clock: { now: () => now.at, sleepUntil: async (at: number) => void (now.at = Math.max(now.at, at)) },
  };
  const stored = () => [...tables.items("messages")].flatMap((item) => messageIn(item) ?? []);
  const messages = () => [
    ...new Map([...carried, ...stored().map((one) => [one.id, one] as const)]).values(),
  ];
  return {
    using,
    now,
    board,
    handed,
    intake,
    works,
    later,
    happened,
    failing,
    /** Somebody with a number in New York. */
    keep: (id: string, more: Parameters<typeof aContact>[0] = {}) => {
      const [phone] = aContact().addresses;
      const contact = aContact({ id, addresses: phone ? [phone] : [], ...more });
      tables.apply("PutItem", { TableName: "contacts", Item: { pk: id, sk: "profile", contact } });
    },
    /** All there are: those in the table, and those that only a queue carries. */
    messages,
    carried,
    stored,
    /** Changes a message as whoever has it from its queue does. */
    change: (id: string, next: (seen: Message) => Message | undefined) =>
      changeMessage(asWorkersSee, id, next),
    /** Ids that the index of due messages holds. */
    indexed: () =>
      [...tables.items("messages")].flatMap(({ pk, dueAt }) => (dueAt === undefined ? [] : [pk])),
    /** A worker takes the gate for what its queue carried. */
    take: (id: string) => {
      const contactId = messages().find((one) => one.id === id)?.contactId ?? "";
      const claim = {
        attemptId: attemptIdOf(id, 1),
        addressId: "adr_phone",
        channel: "sms",
        purpose: "service",
        ignoresConsent: false,
        capPerMonth: undefined,
      } as const;
      return changeGate(using.gates, contactId, (gate) => {
        const taken = takeGate(gate, claim, now.at);
        return taken.is === "claimed" ? { gate: taken.gate, result: taken.is } : { result: taken.is };
      });
    },
    /** Workers begin whatever queues carry, and die in the call. */
    beginAll: async () => {
      for (const { id } of messages())
        await changeMessage(asWorkersSee, id, (seen) => startAttempt(seen, attemptIdOf(id, 1), now.at));
    },
    /** Every message that has not ended ends. */
    endAll: async (status: Status) => {
      for (const { id } of messages())
        await changeMessage(asWorkersSee, id, (seen) =>
          isFinished(seen) ? undefined : finished(seen, status, now.at),
        );
    },
    do: (work: CampaignWork) => workOn(work, using),
    doWith: (work: CampaignWork, other: CampaignUsing) => workOn(work, other),
    totals: async () => totalsOf(await using.campaigns.listTallies(campaignId)),
  };
}

/** A campaign of appointments that has been launched to these pages of people, all of whom are known. */
export async function aLaunchedCampaign(...pages: readonly (readonly string[])[]) {
  const world = aCampaignWorld();
  const { using } = world;
  const asked = { name: "Reminder", category: "appointment", content: { text: "See you!", mediaUrls: [] } };
  await createCampaign(asked, campaignId, using);
  for (const [index, page] of pages.entries()) {
    for (const id of page) world.keep(id);
    await addRecipients(campaignId, index + 1, { contactIds: [...page], externalIds: [] }, using);
  }
  await changeCampaign(using.campaigns, campaignId, (one) => launched(one, world.now.at));
  return world;
}
