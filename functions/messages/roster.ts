import { Channel } from "../channels/channel.ts";
import { countryOfNumber, isLocalNumber } from "../contacts/calling-codes.ts";
import type { Address } from "../contacts/contact.ts";
import { alphanumericSupport } from "../senders/country-rules.ts";
import { reachesPlatform, type Sender, takesReplies } from "../senders/sender.ts";
import type { RouteReason } from "./plan.ts";

/** A sender that could carry a message to an address; without a reason it is the one that does. */
export interface Choice {
  readonly sender: Sender;
  readonly reason?: RouteReason;
}

/** The senders of one channel. */
export interface ChannelRoster {
  readonly channel: Channel;
  /** What becomes of each sender, by id, for an address. */
  readonly choicesFor: (address: Address, expectsReply: boolean) => readonly Choice[];
}

const rosters = new WeakMap<readonly Sender[], readonly ChannelRoster[]>();

/** The channels that have senders, by name. A business declares its senders once, so what follows from them is worked out once. */
export function rosterOf(senders: readonly Sender[]): readonly ChannelRoster[] {
  const known = rosters.get(senders);
  if (known) return known;
  const roster = Channel.options
    .toSorted(compare)
    .map((channel) => rosterOn(channel, senders))
    .filter((one) => one !== undefined);
  rosters.set(senders, roster);
  return roster;
}

/** Answers are few: two hundred countries, three platforms of devices, with and without replies. */
function rosterOn(channel: Channel, senders: readonly Sender[]): ChannelRoster | undefined {
  const carrying = senders.filter(({ channels }) => channels.includes(channel));
  if (carrying.length === 0) return undefined;
  const sorted = carrying.toSorted((one, other) => compare(one.id, other.id));
  const answers = {
    withReply: new Map<string, readonly Choice[]>(),
    oneWay: new Map<string, readonly Choice[]>(),
  };
  return {
    channel,
    choicesFor: (address, expectsReply) => {
      const known = expectsReply ? answers.withReply : answers.oneWay;
      const place = placeOf(address);
      let choices = known.get(place);
      if (!choices) known.set(place, (choices = choicesAmong(sorted, address, expectsReply)));
      return choices;
    },
  };
}

/** All that senders are told apart by: the country of a phone, the platform of a device. */
function placeOf(address: Address): string {
  if (address.kind === "phone") return countryOfNumber(address.value) ?? "";
  return address.kind === "device" ? address.platform : address.kind;
}

function choicesAmong(all: readonly Sender[], address: Address, expectsReply: boolean): readonly Choice[] {
  const country = address.kind === "phone" ? countryOfNumber(address.value) : undefined;
  // What is made for apps is no way to browsers at all, and needs no reason in each story.
  const senders =
    address.kind === "device" ? all.filter((one) => reachesPlatform(one, address.platform)) : all;
  const reasons = senders.map((sender) => closedBy(sender, address.kind, country, expectsReply));
  const [best] = senders
    .filter((_, index) => !reasons[index])
    .toSorted((one, other) => bySender(one, other, country));
  return senders.map((sender, index): Choice => {
    const reason = reasons[index] ?? (sender === best ? undefined : "not-needed");
    return reason ? { sender, reason } : { sender };
  });
}

function closedBy(
  sender: Sender,
  kind: Address["kind"],
  country: string | undefined,
  expectsReply: boolean,
): RouteReason | undefined {
  if (kind !== "phone") return undefined;
  if (expectsReply && !takesReplies(sender)) return "reply-not-possible";
  if (!country) return "country-unknown";
  if (sender.countries !== "*" && !sender.countries.includes(country)) return "sender-not-for-country";
  if (sender.kind !== "alphanumeric") return undefined;
  return alphanumericClosedBy[alphanumericSupport(country)];
}

const alphanumericClosedBy = {
  yes: undefined,
  "registration-required": "alphanumeric-needs-registration",
  no: "alphanumeric-not-supported",
  conflict: "alphanumeric-not-supported",
} as const;

/** The business's own order comes first; then numbers people can answer, those of their own country before others, then the cheaper one; the id makes the order certain. */
function bySender(one: Sender, other: Sender, country: string | undefined): number {
  const rank = (sender: Sender) => {
    if (!takesReplies(sender)) return 2;
    return country !== undefined && isLocalNumber(sender.identity, country) ? 0 : 1;
  };
  return (
    one.priority - other.priority ||
    rank(one) - rank(other) ||
    one.costMicros - other.costMicros ||
    compare(one.id, other.id)
  );
}

/** Plain order of strings, the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
