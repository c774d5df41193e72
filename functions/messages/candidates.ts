import type { Business } from "../business/business.ts";
import type { Channel } from "../channels/channel.ts";
import { channelTraits } from "../channels/channel.ts";
import { consentAllows } from "../consent/consent.ts";
import { consentIn, type Gate } from "../consent/gate.ts";
import type { Address, Contact } from "../contacts/contact.ts";
import { isWanted } from "../preferences/choice.ts";
import type { Sender } from "../senders/sender.ts";
import { shutFor } from "../switches/circuit.ts";
import { type Board, offFor } from "../switches/switch.ts";
import { type Category, goesOver } from "./category.ts";
import { contentOn } from "./content.ts";
import type { Message } from "./message.ts";
import type { Candidate, RouteReason } from "./plan.ts";
import { type ChannelRoster, compare, rosterOf } from "./roster.ts";

/** What routing decides from. */
export interface RouteInput {
  readonly message: Message;
  readonly category: Category;
  readonly contact: Contact;
  readonly gate: Gate;
  readonly senders: readonly Sender[];
  readonly brand: Business["brand"];
  readonly now: number;
  /** What is switched off. @default nothing */
  readonly board?: Board;
}

/** An open way to the person. */
export interface Way {
  readonly channel: Channel;
  readonly address: Address;
  readonly sender: Sender;
}

/** Every way that was looked at: the open ones, and the closed ones with their reason. */
export interface Ways {
  readonly open: readonly Way[];
  readonly closed: Candidate[];
}

/**
 * Every channel, address and sender that could carry the message, each open or with the reason that closes it.
 * They come ordered by channel, address and sender, so the order in which a person's addresses stand decides nothing.
 */
export function waysTo(input: RouteInput): Ways {
  const open: Way[] = [];
  const closed: Candidate[] = [];
  const addresses = inOrder(input.contact.addresses);
  const { on, off } = sendersBy(input);
  for (const { sender, reason } of off)
    for (const channel of sender.channels) closed.push({ channel, senderId: sender.id, reason, points: [] });
  for (const roster of rosterOf(on)) {
    const { channel } = roster;
    // What is said does not matter to who has no address for it.
    const reason =
      channelClosedBy(channel, input) ??
      (hasAny(addresses, channel) ? contentClosedBy(channel, input) : "no-address");
    if (reason) closed.push({ channel, reason, points: [] });
    else for (const address of addresses) addWays(roster, address, input, open, closed);
  }
  return { open, closed };
}

function addWays(
  { channel, choicesFor }: ChannelRoster,
  address: Address,
  input: RouteInput,
  open: Way[],
  closed: Candidate[],
): void {
  if (address.kind !== channelTraits[channel].reaches) return;
  const closedBy = addressClosedBy(channel, address, input);
  if (closedBy) {
    closed.push({ channel, addressId: address.id, reason: closedBy, points: [] });
    return;
  }
  const choices = choicesFor(address, input.category.expectsReply);
  if (choices.length === 0) closed.push({ channel, addressId: address.id, reason: "no-sender", points: [] });
  for (const { sender, reason } of choices) {
    if (reason) closed.push({ channel, addressId: address.id, senderId: sender.id, reason, points: [] });
    else open.push({ channel, address, sender });
  }
}

interface Off {
  readonly sender: Sender;
  readonly reason: "switched-off" | "circuit-open";
}

interface Sorted {
  readonly on: readonly Sender[];
  readonly off: readonly Off[];
}

const sorted = { goingOver: new WeakMap<Board, Sorted>(), waiting: new WeakMap<Board, Sorted>() };

/** The senders that are on and those that are off; worked out once for a board, and with all of them on the list stays itself. */
function sendersBy({ senders, board, category }: RouteInput): Sorted {
  const { off: switchedOff = [], circuits = [] } = board ?? {};
  if (!board || (switchedOff.length === 0 && circuits.length === 0)) return { on: senders, off: [] };
  const isGoingOver = goesOver(category);
  const known = isGoingOver ? sorted.goingOver : sorted.waiting;
  const before = known.get(board);
  if (before) return before;
  const off = senders.flatMap((sender): Off[] => {
    if (offFor(board, { sender: sender.id })) return [{ sender, reason: "switched-off" }];
    // What waits for its provider is planned as if that were there.
    return isGoingOver && shutFor(board, sender.connection) ? [{ sender, reason: "circuit-open" }] : [];
  });
  const isOff = new Set(off.map(({ sender }) => sender));
  const on = off.length === 0 ? senders : senders.filter((sender) => !isOff.has(sender));
  const both = { on, off };
  known.set(board, both);
  return both;
}

function hasAny(addresses: readonly Address[], channel: Channel): boolean {
  for (const { kind } of addresses) if (kind === channelTraits[channel].reaches) return true;
  return false;
}

function channelClosedBy(
  channel: Channel,
  { category, contact, board }: RouteInput,
): RouteReason | undefined {
  if (category.channels && !category.channels.includes(channel)) return "channel-not-in-category";
  if (!isWanted(channel, contact.preferences, category)) return "not-wanted";
  return board && offFor(board, { channel }) ? "switched-off" : undefined;
}

function contentClosedBy(channel: Channel, { message }: RouteInput): RouteReason | undefined {
  const traits = channelTraits[channel];
  const { text, mediaUrls, subject } = contentOn(channel, message);
  if (mediaUrls.length > 0 && !traits.carriesMedia) return "media-not-possible";
  // A picture message without a picture costs more and shows nothing more.
  if (mediaUrls.length === 0 && channel === "mms") return "media-not-needed";
  if (text.length > traits.maxTextLength) return "text-too-long";
  return channel === "email" && subject === undefined ? "subject-missing" : undefined;
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

function inOrder(addresses: readonly Address[]): readonly Address[] {
  const isSorted = addresses.every((address, index) => {
    const before = addresses[index - 1];
    return before === undefined || inTurn(before, address) <= 0;
  });
  return isSorted ? addresses : addresses.toSorted(inTurn);
}

/** By id; browsers come last, because an app is there whenever its phone is, and a browser only while it runs. */
function inTurn(one: Address, other: Address): number {
  return Number(isBrowser(one)) - Number(isBrowser(other)) || compare(one.id, other.id);
}

function isBrowser(address: Address): boolean {
  return address.kind === "device" && address.platform === "web";
}
