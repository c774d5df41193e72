import type { Business } from "../business/business.ts";
import type { Preferences } from "../contacts/contact.ts";
import type { Whereabouts } from "../contacts/zones.ts";
import { zoneTimeAt } from "../platform/zone-time.ts";
import type { Purpose } from "./category.ts";
import legal from "./legal-hours.json" with { type: "json" };

/** Hours in which something is allowed on some days of the week, in the recipient's own time. */
interface Window {
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
}

/** One rule about hours, with the name people see when it holds a message back. */
interface Rule {
  readonly name: string;
  readonly isOpen: (weekday: number, minuteOfDay: number) => boolean;
}

/** Everything that bears on when one person may be written to. */
export interface Hours {
  readonly zones: readonly string[];
  readonly rules: readonly Rule[];
}

/** How far ahead an allowed hour is looked for. */
const horizonMinutes = 14 * 24 * 60;
const minute = 60_000;

/** The hours of a person: the law (for marketing), the brand's own, and what the person asked for. */
export function hoursFor(
  purpose: Purpose,
  where: Whereabouts,
  brandHours: Business["brand"]["hours"],
  preferences: Preferences,
): Hours {
  // What is outside "from closing to opening" is open: so a brand may also write from 18:00 to 02:00.
  const brand: Rule = { name: "brand-hours", isOpen: outside(brandHours.to, brandHours.from) };
  const law = purpose === "marketing" ? lawOf(where) : [];
  const quiet = preferences.quietHours;
  const own: Rule[] = quiet ? [{ name: "contact-quiet-hours", isOpen: outside(quiet.from, quiet.to) }] : [];
  return { zones: where.zones, rules: [...law, brand, ...own] };
}

/** What closes this moment: the first rule and zone that do; undefined when every zone is open. */
export function closedBy(hours: Hours, instant: number): string | undefined {
  for (const zone of hours.zones) {
    const { weekday, minuteOfDay } = zoneTimeAt(instant, zone);
    const rule = hours.rules.find(({ isOpen }) => !isOpen(weekday, minuteOfDay));
    if (rule) return `${rule.name} in ${zone}`;
  }
  return undefined;
}

/** The first moment from this one on that is open in all zones; undefined when there is none in 14 days. */
export function nextAllowed(hours: Hours, instant: number): number | undefined {
  if (closedBy(hours, instant) === undefined) return instant;
  const first = Math.ceil((instant + 1) / minute) * minute;
  for (let at = first; at <= first + horizonMinutes * minute; at += minute) {
    if (closedBy(hours, at) === undefined) return at;
  }
  return undefined;
}

/** When the window that is open now closes, looking no further than the given seconds. */
export function windowEnd(hours: Hours, instant: number, withinSeconds: number): number {
  const last = instant + withinSeconds * 1000;
  for (let at = Math.ceil((instant + 1) / minute) * minute; at < last; at += minute) {
    if (closedBy(hours, at) !== undefined) return at;
  }
  return last;
}

/** Rows of the law by country and US state; where none is known the brand's own hours have to do. */
function lawOf({ countries, states }: Whereabouts): Rule[] {
  const ofCountries = countries.flatMap((country) => ruleFrom(`law-${country}`, legalCountries[country]));
  const ofStates = states.flatMap((state) => ruleFrom(`law-US-${state}`, legalStates[state]));
  const isUsUnknown = countries.includes("US") && states.length === 0;
  return [
    ...ofCountries,
    ...ofStates,
    ...(isUsUnknown ? ruleFrom("law-US-any-state", legal.usUnknownState) : []),
  ];
}

const legalCountries: Readonly<Record<string, { allowed: readonly Window[] }>> = legal.countries;
const legalStates: Readonly<Record<string, { allowed: readonly Window[] }>> = legal.usStates;

function ruleFrom(name: string, row: { readonly allowed: readonly Window[] } | undefined): Rule[] {
  return row ? [{ name, isOpen: within(row.allowed) }] : [];
}

function within(windows: readonly Window[]): Rule["isOpen"] {
  const spans = windows.map(({ days, from, to }) => ({ days, from: minutesOf(from), to: minutesOf(to) }));
  return (weekday, at) => spans.some(({ days, from, to }) => days.includes(weekday) && at >= from && at < to);
}

/** Open but for the time between the two; 22:00 to 07:00 crosses midnight. */
function outside(from: string, to: string): Rule["isOpen"] {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return (_weekday, at) => (start <= end ? at < start || at >= end : at < start && at >= end);
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
