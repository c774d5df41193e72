import type { Business } from "../business/business.ts";
import { Channel, channelTraits } from "../channels/channel.ts";
import { consentAllows } from "../consent/consent.ts";
import { consentIn, type Gate } from "../consent/gate.ts";
import type { Address, Contact } from "../contacts/contact.ts";
import { isLocalNumber, phoneOf } from "../contacts/phone.ts";
import { alphanumericSupport } from "../senders/country-rules.ts";
import { type Sender, takesReplies } from "../senders/sender.ts";
import type { Category } from "./category.ts";
import type { Message } from "./message.ts";
import type { RouteReason } from "./plan.ts";

/** What routing decides from. */
export interface RouteInput {
  readonly message: Message;
  readonly category: Category;
  readonly contact: Contact;
  readonly gate: Gate;
  readonly senders: readonly Sender[];
  readonly brand: Business["brand"];
  readonly now: number;
}

/** A way to the person that was looked at; without a reason it is open. */
export interface Way {
  readonly channel: Channel;
  readonly address?: Address;
  readonly sender?: Sender;
  readonly closedBy?: RouteReason;
}

/** Every channel, address and sender that could carry the message, each open or with the reason that closes it. */
export function waysTo(input: RouteInput): readonly Way[] {
  return Channel.options
    .filter((channel) => input.senders.some(({ channels }) => channels.includes(channel)))
    .flatMap((channel) => waysOn(channel, input));
}

function waysOn(channel: Channel, input: RouteInput): readonly Way[] {
  const closed = channelClosedBy(channel, input);
  if (closed) return [{ channel, closedBy: closed }];
  const addresses = input.contact.addresses.filter(({ kind }) => kind === channelTraits[channel].reaches);
  if (addresses.length === 0) return [{ channel, closedBy: "no-address" }];
  return addresses.flatMap((address) => {
    const closedBy = addressClosedBy(channel, address, input);
    return closedBy ? [{ channel, address, closedBy }] : sendersFor(channel, address, input);
  });
}

function channelClosedBy(channel: Channel, { category, message }: RouteInput): RouteReason | undefined {
  const traits = channelTraits[channel];
  if (category.channels && !category.channels.includes(channel)) return "channel-not-in-category";
  if (message.content.mediaUrls.length > 0 && !traits.carriesMedia) return "media-not-possible";
  // A picture message without a picture costs more and shows nothing more.
  if (message.content.mediaUrls.length === 0 && channel === "mms") return "media-not-needed";
  if (message.content.text.length > traits.maxTextLength) return "text-too-long";
  return undefined;
}

function addressClosedBy(
  channel: Channel,
  address: Address,
  { category, gate, now }: RouteInput,
): RouteReason | undefined {
  const consent = consentIn(gate, address.id, category.purpose);
  if (!consentAllows(category.purpose, consent)) return consent === "out" ? "opted-out" : "no-consent";
  if (address.kind === "device" && address.permission === "denied") return "push-denied";
  if (address.kind === "phone" && address.lineType === "landline" && channel !== "voice") return "landline";
  const reach = gate.reach[address.id];
  const isUnreachable = reach?.state === "unreachable" && (reach.until === undefined || reach.until > now);
  return isUnreachable ? "unreachable" : undefined;
}

function sendersFor(channel: Channel, address: Address, input: RouteInput): readonly Way[] {
  const country = countryOf(address, input);
  const ways = input.senders
    .filter(({ channels }) => channels.includes(channel))
    .map((sender): Way => {
      const closedBy = senderClosedBy(sender, address, country, input.category);
      return closedBy ? { channel, address, sender, closedBy } : { channel, address, sender };
    });
  const open = ways.filter(({ closedBy }) => !closedBy);
  const [best, ...others] = open.toSorted((one, other) => bySender(one, other, country));
  const spare = others.map((way): Way => ({ ...way, closedBy: "not-needed" }));
  return [...(best ? [best] : []), ...spare, ...ways.filter(({ closedBy }) => closedBy)];
}

function senderClosedBy(
  sender: Sender,
  address: Address,
  country: string | undefined,
  category: Category,
): RouteReason | undefined {
  if (category.expectsReply && address.kind === "phone" && !takesReplies(sender)) return "reply-not-possible";
  if (address.kind !== "phone") return undefined;
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

function countryOf(address: Address, { brand }: RouteInput): string | undefined {
  return address.kind === "phone" ? phoneOf(address.value, brand.homeCountry)?.country : undefined;
}

/** Numbers people can answer come first, those of their own country before others, then the cheaper one; the id makes the order certain. */
function bySender(one: Way, other: Way, country: string | undefined): number {
  const rank = ({ sender }: Way) => {
    if (!sender || !takesReplies(sender)) return 2;
    return country !== undefined && isLocalNumber(sender.identity, country) ? 0 : 1;
  };
  const cost = ({ sender }: Way) => sender?.costMicros ?? 0;
  return (
    rank(one) - rank(other) ||
    cost(one) - cost(other) ||
    compare(one.sender?.id ?? "", other.sender?.id ?? "")
  );
}

/** Names a way; sorting by it makes the order of addresses and senders irrelevant. */
export function keyOf({ channel, address, sender }: Way): string {
  return `${channel}/${address?.id ?? ""}/${sender?.id ?? ""}`;
}

/** Plain order of strings, the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
