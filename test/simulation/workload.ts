import type { Contact } from "../../functions/contacts/contact.ts";
import type { Scope } from "../../functions/switches/switch.ts";
import { between, chanceOf, choiceOf } from "./chance.ts";

/** Something that somebody does. */
export type Operation = { readonly at: number; readonly name: string } & (
  | {
      readonly is: "send";
      readonly contact: number;
      readonly category: string;
      readonly text: string;
      readonly id: string;
      readonly twice: boolean;
      readonly delay: number;
    }
  | { readonly is: "cancel"; readonly id: string }
  | { readonly is: "text"; readonly contact: number; readonly text: string; readonly twice: boolean }
  | { readonly is: "consent"; readonly contact: number; readonly state: "in" | "out" }
  | { readonly is: "pause" | "resume"; readonly senderId: string }
  | { readonly is: "switch-off" | "switch-on"; readonly scope: Scope; readonly id: string }
  | {
      readonly is: "campaign";
      readonly id: string;
      readonly category: string;
      readonly text: string;
      /** Pages of people, by their number. */
      readonly pages: readonly (readonly number[])[];
      readonly delay: number;
      readonly twice: boolean;
    }
  | { readonly is: "campaign-resume" | "campaign-cancel" | "campaign-read"; readonly id: string }
);

/** What one run is made of. */
export interface Workload {
  readonly start: number;
  readonly chaosUntil: number;
  readonly contacts: readonly Contact[];
  /** Contacts who had agreed to marketing before the run begins. */
  readonly optedIn: readonly string[];
  readonly operations: readonly Operation[];
}

/** Text that must be found nowhere but in tables, on handsets and at the provider. */
export const textMarker = "zebra-quince";
const minute = 60_000;
const monday = Date.UTC(2026, 10, 23);
const zones = [
  ["America/New_York", "US", "NY", "+1212555"],
  ["America/Los_Angeles", "US", "CA", "+1415555"],
  ["Europe/Berlin", "DE", undefined, "+49301234"],
] as const;

/** What kind of day it is: anything goes, everybody at once, or an evening on which offers go out late. */
const days = ["ordinary", "ordinary", "burst", "flood", "evening"] as const;

/** People and what happens to them, from a seed. */
export function workloadOf(seed: number): Workload {
  const kind = choiceOf([...days], seed, "day");
  const start =
    kind === "evening"
      ? eveningOf(seed)
      : monday + Math.floor(between(0, 7 * 24 * 60, seed, "start")) * minute;
  const hours = between(0.2, 4, seed, "hours");
  const count = 2 + Math.floor(chanceOf(seed, "people") * 5);
  const contacts = Array.from({ length: count }, (_, index) => contactOf(seed, index, start));
  const total = (kind === "flood" ? 30 : 6) + Math.floor(chanceOf(seed, "operations") * 26);
  const minutes = { ordinary: hours * 60, burst: 5, flood: 0.1, evening: 65 }[kind];
  const operations = Array.from({ length: total }, (_, index) => {
    const at = start + minutes * minute * chanceOf(seed, `at/${index}`);
    return operationOf(seed, index, at, { contacts: contacts.length, kind });
  });
  return {
    start,
    chaosUntil: start + Math.max(hours * 60, minutes + 5, 30) * minute,
    contacts,
    optedIn: contacts
      .filter((_, index) => chanceOf(seed, `in/${index}`) < (kind === "evening" ? 0.9 : 0.4))
      .map(({ id }) => id),
    operations: [
      ...operations,
      ...switchesOf(seed, start, minutes),
      ...campaignsOf(seed, start, { minutes, people: count }),
    ].toSorted((one, other) => one.at - other.at),
  };
}

/** Switches that are turned off for a while in some runs; those that stay off are lifted when the chaos ends. */
function switchesOf(seed: number, start: number, minutes: number): Operation[] {
  return [0, 1, 2].flatMap((index): Operation[] => {
    const name = `switch${index}`;
    if (chanceOf(seed, `${name}/is`) > 0.25) return [];
    const [scope, id] = choiceOf(switchable, seed, `${name}/what`);
    const at = start + minutes * minute * chanceOf(seed, `${name}/at`);
    const lifted = at + between(0.2, 30, seed, `${name}/for`) * minute;
    return [
      { at, name, is: "switch-off", scope, id },
      { at: lifted, name: `${name}/on`, is: "switch-on", scope, id },
    ];
  });
}

/** The campaigns of a run, and who pauses, resumes and cancels them. */
function campaignsOf(
  seed: number,
  start: number,
  { minutes, people }: { readonly minutes: number; readonly people: number },
): Operation[] {
  return campaignIds.flatMap((id, index): Operation[] => {
    const name = `campaign${index}`;
    if (chanceOf(seed, `${name}/is`) > 0.4) return [];
    const at = start + minutes * minute * chanceOf(seed, `${name}/at`) * 0.8;
    const after = (word: string, most: number) => at + between(0.01, most, seed, `${name}/${word}`) * minute;
    const happens = (word: string, chance: number) => chanceOf(seed, `${name}/${word}/is`) < chance;
    const half = Math.ceil(people / 2);
    const everybody = Array.from({ length: people }, (_, one) => one);
    const launched: Operation = {
      at,
      name,
      is: "campaign",
      id,
      category: choiceOf(["campaign", "parcel-news", "delivery-update"], seed, `${name}/category`),
      text: `${textMarker} ${name}`,
      // Somebody stands on both pages.
      pages: [everybody.slice(0, half), everybody.slice(half - 1)],
      delay: happens("delay", 0.3) ? between(0.5, 30, seed, `${name}/delay`) * minute : 0,
      twice: happens("twice", 0.2),
    };
    const paused = after("pause", 5);
    const pauses: Operation[] = [
      { at: paused, name: `${name}/pause`, is: "switch-off", scope: "campaign", id },
      {
        at: paused + between(0.1, 20, seed, `${name}/paused`) * minute,
        name: `${name}/resume`,
        is: "campaign-resume",
        id,
      },
    ];
    return [
      launched,
      ...(happens("pause", 0.4) ? pauses : []),
      ...(happens("cancel", 0.2)
        ? [{ at: after("cancel", 10), name: `${name}/cancel`, is: "campaign-cancel", id } as const]
        : []),
      { at: after("read", 20), name: `${name}/read`, is: "campaign-read", id },
    ];
  });
}

/** Ids that campaigns of simulated runs have. */
export const campaignIds: readonly string[] = [0, 1].map((index) => `cmp_${"0".repeat(25)}${index}`);

/** What is switched off in simulated runs. */
export const switchable: readonly [Switch, ...Switch[]] = [
  ["sender", "us-number"],
  ["sender", "app"],
  ["channel", "sms"],
  ["channel", "push"],
  ["category", "delivery-update"],
  ["category", "offer"],
];

type Switch = readonly [Scope, string];

/** An hour before nine in the evening where one of the people may live. */
function eveningOf(seed: number): number {
  const offset = choiceOf([5, 8, -1], seed, "evening");
  return monday + Math.floor(chanceOf(seed, "day") * 5) * 24 * 60 * minute + (20 + offset) * 60 * minute;
}

function contactOf(seed: number, index: number, start: number): Contact {
  const [timeZone, country, region, prefix] = choiceOf(
    [...zones] as [(typeof zones)[0], ...(typeof zones)[number][]],
    seed,
    `zone/${index}`,
  );
  const hasApp = chanceOf(seed, `app/${index}`) < 0.6;
  const phone = {
    id: `adr_phone${index}`,
    kind: "phone" as const,
    value: `${prefix}${String(1000 + index)}`,
    lineType: "mobile" as const,
  };
  const app = {
    id: `adr_app${index}`,
    kind: "device" as const,
    value: `device-token-${index}`,
    platform: "fcm" as const,
    permission: "granted" as const,
  };
  return {
    id: `con_${"0".repeat(25)}${index}`,
    timeZone,
    country,
    ...(region && { region }),
    attributes: {},
    preferences: {
      channels: [],
      ...(chanceOf(seed, `quiet/${index}`) < 0.2 && { quietHours: { from: "12:00", to: "13:00" } }),
    },
    addresses: hasApp ? [phone, app] : [phone],
    createdAt: start,
    updatedAt: start,
  };
}

const categories = [
  "delivery-update",
  "delivery-update",
  "fraud-alert",
  "one-time-code",
  "appointment",
  "offer",
  "offer",
] as const;

const floodCategories = ["appointment", "delivery-update", "one-time-code", "appointment"] as const;
const eveningCategories = ["offer", "offer", "offer", "delivery-update"] as const;

/** In every other run, messages like these wait in cohorts. */
function timedTogether(category: string, seed: number): string {
  if (chanceOf(seed, "in cohorts") < 0.5) return category;
  return category === "delivery-update" ? "parcel-news" : category === "offer" ? "campaign" : category;
}

/** What an operation is drawn for. */
interface Day {
  readonly contacts: number;
  readonly kind: (typeof days)[number];
}

function operationOf(seed: number, index: number, at: number, { contacts, kind }: Day): Operation {
  const name = `op${index}`;
  const dice = chanceOf(seed, `${name}/kind`);
  const contact = Math.floor(chanceOf(seed, `${name}/who`) * contacts);
  if (dice < (kind === "flood" ? 0.85 : 0.68) || index < 3) {
    const long = chanceOf(seed, `${name}/long`) < 0.15 ? " and more of it".repeat(20) : "";
    return {
      at,
      name,
      is: "send",
      contact,
      category: timedTogether(
        choiceOf(
          [...(kind === "flood" ? floodCategories : kind === "evening" ? eveningCategories : categories)],
          seed,
          `${name}/category`,
        ),
        seed,
      ),
      text: `${textMarker} ${name}${long}`,
      id: idOf(index),
      twice: chanceOf(seed, `${name}/twice`) < 0.2,
      delay: chanceOf(seed, `${name}/later`) < 0.15 ? between(1, 120, seed, `${name}/delay`) * minute : 0,
    };
  }
  if (dice < 0.73)
    return { at, name, is: "cancel", id: idOf(Math.floor(chanceOf(seed, `${name}/which`) * index)) };
  if (dice < 0.88) {
    const text = choiceOf(["STOP", "Stop.", "START", "HELP", "thanks", "unstop"], seed, `${name}/text`);
    return { at, name, is: "text", contact, text, twice: chanceOf(seed, `${name}/again`) < 0.3 };
  }
  if (dice < 0.96)
    return { at, name, is: "consent", contact, state: chanceOf(seed, `${name}/state`) < 0.75 ? "in" : "out" };
  return {
    at,
    name,
    is: chanceOf(seed, `${name}/pause`) < 0.5 ? "pause" : "resume",
    senderId: choiceOf(["us-number", "us-toll-free", "app"], seed, `${name}/sender`),
  };
}

function idOf(index: number): string {
  return `msg_${"0".repeat(22)}${String(index).padStart(4, "0")}`;
}
