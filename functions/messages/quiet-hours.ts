import type { Business } from "../business/business.ts";
import type { Whereabouts } from "../contacts/zones.ts";
import { offsetAt, quarterHour, zoneTimeAt } from "../platform/zone-time.ts";
import type { Preferences } from "../preferences/preferences.ts";
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
  /** Whether it opens and closes on quarter hours only, as rules do that people make for many. */
  readonly isQuarterly: boolean;
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
  preferences: Pick<Preferences, "quietHours">,
): Hours {
  const rules = purpose === "marketing" ? lawOf(where) : [];
  rules.push(brandRule(brandHours));
  const quiet = preferences.quietHours;
  if (quiet) rules.push(outside("contact-quiet-hours", quiet.from, quiet.to));
  return { zones: where.zones, rules };
}

/** What closes this moment: the first rule and zone that do; undefined when every zone is open. */
export function closedBy({ zones, rules }: Hours, instant: number): string | undefined {
  let openOffset: number | undefined;
  for (const zone of zones) {
    const offset = offsetAt(instant, zone);
    // Many zones of a country share their clocks: what is open in one is open in the next.
    if (offset === openOffset) continue;
    const { weekday, minuteOfDay } = zoneTimeAt(instant, zone);
    for (const { name, isOpen } of rules) if (!isOpen(weekday, minuteOfDay)) return `${name} in ${zone}`;
    openOffset = offset;
  }
  return undefined;
}

/** The first moment from this one on that is open in all zones; undefined when there is none in 14 days. */
export function nextAllowed(hours: Hours, instant: number): number | undefined {
  if (closedBy(hours, instant) === undefined) return instant;
  const last = firstStep(instant, minute) + horizonMinutes * minute;
  const step = stepOf(hours, instant);
  for (let at = firstStep(instant, step); at <= last; at += step) {
    if (closedBy(hours, at) === undefined) return at;
  }
  return undefined;
}

/** When the window that is open now closes, looking no further than the given seconds. */
export function windowEnd(hours: Hours, instant: number, withinSeconds: number): number {
  const last = instant + withinSeconds * 1000;
  // Who asks a moment too late is told the next minute.
  const step = closedBy(hours, instant) === undefined ? stepOf(hours, instant) : minute;
  for (let at = firstStep(instant, step); at < last; at += step) {
    if (closedBy(hours, at) !== undefined) return at;
  }
  return last;
}

/** Nothing opens or closes between two steps: clocks change on quarter hours, and so do most rules. */
function stepOf({ zones, rules }: Hours, instant: number): number {
  const isQuarterly =
    rules.every((rule) => rule.isQuarterly) &&
    zones.every((zone) => offsetAt(instant, zone) % quarterHour === 0);
  return isQuarterly ? quarterHour : minute;
}

function firstStep(instant: number, step: number): number {
  return Math.ceil((instant + 1) / step) * step;
}

/** Rows of the law by country and US state; where none is known the brand's own hours have to do. */
function lawOf({ countries, states }: Whereabouts): Rule[] {
  const rules: Rule[] = [];
  for (const country of countries) pushKnown(rules, legalCountries.get(country));
  for (const state of states) pushKnown(rules, legalStates.get(state));
  if (states.length === 0 && countries.includes("US")) rules.push(unknownStateRule);
  return rules;
}

function pushKnown(rules: Rule[], rule: Rule | undefined): void {
  if (rule) rules.push(rule);
}

type Rows = Readonly<Record<string, { readonly allowed: readonly Window[] }>>;
const legalCountries = rulesOf("law-", legal.countries);
const legalStates = rulesOf("law-US-", legal.usStates);
const unknownStateRule = within("law-US-any-state", legal.usUnknownState.allowed);

/** The law's hours are read once, by country or state. */
function rulesOf(prefix: string, rows: Rows): ReadonlyMap<string, Rule> {
  return new Map(
    Object.entries(rows).map(([place, { allowed }]) => [place, within(`${prefix}${place}`, allowed)]),
  );
}

const brandRules = new WeakMap<Business["brand"]["hours"], Rule>();

/** What is outside "from closing to opening" is open: so a brand may also write from 18:00 to 02:00. */
function brandRule(hours: Business["brand"]["hours"]): Rule {
  let rule = brandRules.get(hours);
  if (!rule) brandRules.set(hours, (rule = outside("brand-hours", hours.to, hours.from)));
  return rule;
}

function within(name: string, windows: readonly Window[]): Rule {
  const spans = windows.map(({ days, from, to }) => ({ days, from: minutesOf(from), to: minutesOf(to) }));
  return {
    name,
    isOpen: (weekday, at) =>
      spans.some(({ days, from, to }) => at >= from && at < to && days.includes(weekday)),
    isQuarterly: spans.every(({ from, to }) => from % 15 === 0 && to % 15 === 0),
  };
}

/** Open but for the time between the two; 22:00 to 07:00 crosses midnight. */
function outside(name: string, from: string, to: string): Rule {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  return {
    name,
    isOpen: (_weekday, at) => (start <= end ? at < start || at >= end : at < start && at >= end),
    isQuarterly: start % 15 === 0 && end % 15 === 0,
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
