import * as z from "zod/mini";

/** Every way a message can travel. */
export const Channel = z.enum([
  "sms",
  "mms",
  "push",
  "email",
  "whatsapp",
  "messenger",
  "rcs",
  "apple",
  "line",
  "viber",
  "in-app",
  "voice",
]);
/** Every way a message can travel. */
export type Channel = z.infer<typeof Channel>;

/** The kinds of addresses a contact may have. */
export const AddressKind = z.enum(["phone", "device", "email"]);
/** The kinds of addresses a contact may have. */
export type AddressKind = z.infer<typeof AddressKind>;

/** How well a channel does something: the trade's cheat sheet says yes, somewhat or no. */
export type Strength = 0 | 1 | 2;

/** The strengths by which channels are told apart. */
export type Trait =
  | "ubiquity"
  | "reliability"
  | "urgency"
  | "appContext"
  | "social"
  | "richMedia"
  | "appEngagement"
  | "privacy";

/** What a channel can carry and is good at. */
export interface ChannelTraits {
  /** The kind of address it reaches; `undefined` while Heliograph has none for it. */
  readonly reaches: AddressKind | undefined;
  /** Strongest proof of arrival that the channel itself can give. */
  readonly proof: "read" | "delivered" | "provider-accepted";
  readonly twoWay: boolean;
  readonly maxTextLength: number;
  readonly carriesMedia: boolean;
  /** How well people find an old message again. */
  readonly keeps: Strength;
  readonly strengths: Readonly<Record<Trait, Strength>>;
}

const strengths = (
  ...row: readonly [Strength, Strength, Strength, Strength, Strength, Strength, Strength, Strength]
) => ({
  ubiquity: row[0],
  reliability: row[1],
  urgency: row[2],
  appContext: row[3],
  social: row[4],
  richMedia: row[5],
  appEngagement: row[6],
  privacy: row[7],
});

/** The cheat sheet: adding a channel does not compile until it has a row here. */
export const channelTraits = {
  sms: {
    reaches: "phone",
    proof: "delivered",
    twoWay: true,
    maxTextLength: 1600,
    carriesMedia: false,
    keeps: 1,
    strengths: strengths(2, 2, 2, 0, 0, 0, 0, 1),
  },
  mms: {
    reaches: "phone",
    proof: "delivered",
    twoWay: true,
    maxTextLength: 1600,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(1, 2, 2, 0, 0, 2, 0, 1),
  },
  push: {
    reaches: "device",
    proof: "read",
    twoWay: false,
    maxTextLength: 1000,
    carriesMedia: true,
    keeps: 0,
    strengths: strengths(0, 1, 2, 2, 0, 1, 2, 1),
  },
  email: {
    reaches: "email",
    // The mailbox's server took it: whether anybody looks into the mailbox nobody can say.
    proof: "delivered",
    twoWay: true,
    maxTextLength: 100_000,
    // Pictures stand in its HTML; nothing is attached.
    carriesMedia: false,
    keeps: 2,
    strengths: strengths(2, 1, 0, 0, 0, 2, 0, 1),
  },
  whatsapp: {
    reaches: undefined,
    proof: "read",
    twoWay: true,
    maxTextLength: 4096,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(1, 1, 2, 0, 2, 2, 0, 1),
  },
  messenger: {
    reaches: undefined,
    proof: "read",
    twoWay: true,
    maxTextLength: 2000,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(1, 1, 1, 0, 2, 2, 0, 0),
  },
  rcs: {
    reaches: undefined,
    proof: "read",
    twoWay: true,
    maxTextLength: 3072,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(1, 2, 2, 0, 0, 2, 0, 1),
  },
  apple: {
    reaches: undefined,
    proof: "delivered",
    twoWay: true,
    maxTextLength: 10_000,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(0, 1, 1, 0, 1, 2, 0, 2),
  },
  line: {
    reaches: undefined,
    proof: "delivered",
    twoWay: true,
    maxTextLength: 5000,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(0, 1, 1, 0, 2, 2, 0, 0),
  },
  viber: {
    reaches: undefined,
    proof: "read",
    twoWay: true,
    maxTextLength: 1000,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(0, 1, 1, 0, 2, 2, 0, 0),
  },
  "in-app": {
    reaches: undefined,
    proof: "read",
    twoWay: true,
    maxTextLength: 10_000,
    carriesMedia: true,
    keeps: 1,
    strengths: strengths(0, 0, 1, 2, 0, 2, 2, 2),
  },
  voice: {
    reaches: undefined,
    proof: "delivered",
    twoWay: false,
    maxTextLength: 1000,
    carriesMedia: false,
    keeps: 0,
    strengths: strengths(2, 1, 2, 0, 0, 0, 0, 1),
  },
} as const satisfies Record<Channel, ChannelTraits>;
