/** A moment as clocks and calendars of a zone show it. */
export interface ZoneTime {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

/** Offsets change on quarter hours at most, so one look-up serves fifteen minutes. */
export const quarterHour = 15 * 60_000;
const cacheLimit = 5_000;
const minute = 60_000;
const minutesPerDay = 24 * 60;

/** Offsets of a zone by quarter hour; the last one asked for is at hand, because most questions are about now. */
interface ZoneOffsets {
  lastQuarter: number;
  lastOffset: number;
  readonly byQuarter: Map<number, number>;
}

const zones = new Map<string, ZoneOffsets>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall says in a zone, daylight saving included. */
export function zoneTimeAt(instant: number, zone: string): ZoneTime {
  const minutes = Math.floor((instant + offsetAt(instant, zone)) / minute);
  const days = Math.floor(minutes / minutesPerDay);
  // The epoch began on a Thursday.
  return { weekday: ((((days + 3) % 7) + 7) % 7) + 1, minuteOfDay: minutes - days * minutesPerDay };
}

/** The calendar day that a moment falls on in a zone, as calendars write it: `2026-11-23`. */
export function zoneDayAt(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10);
}

/** The instant at which the next day begins in a zone; days of 23 and 25 hours included. */
export function nextDayAt(instant: number, zone: string): number {
  const today = zoneDayAt(instant, zone);
  let next = Math.ceil((instant + 1) / quarterHour) * quarterHour;
  // Days begin on a quarter hour everywhere, though not always at midnight.
  while (zoneDayAt(next, zone) === today) next += quarterHour;
  return next;
}

/** Zones in use in a country, by the runtime's own data. */
export function zonesInUse(country: string): readonly string[] {
  // The type library does not know the method yet.
  const locale = new Intl.Locale(`und-${country}`) as Intl.Locale & {
    getTimeZones?: () => string[] | undefined;
  };
  return locale.getTimeZones?.() ?? [];
}

/** Milliseconds to add to UTC. */
export function offsetAt(instant: number, zone: string): number {
  const quarter = Math.floor(instant / quarterHour);
  let ofZone = zones.get(zone);
  if (!ofZone) zones.set(zone, (ofZone = { lastQuarter: Number.NaN, lastOffset: 0, byQuarter: new Map() }));
  if (ofZone.lastQuarter !== quarter) {
    ofZone.lastOffset = offsetIn(quarter, zone, ofZone.byQuarter);
    ofZone.lastQuarter = quarter;
  }
  return ofZone.lastOffset;
}

function offsetIn(quarter: number, zone: string, known: Map<number, number>): number {
  const kept = known.get(quarter);
  if (kept !== undefined) return kept;
  const start = quarter * quarterHour;
  const offset = localAsUtc(start, zone) - start;
  if (known.size >= cacheLimit) known.clear();
  known.set(quarter, offset);
  return offset;
}

function localAsUtc(instant: number, zone: string): number {
  const parts = formatOf(zone).formatToParts(instant);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(
    number("year"),
    number("month") - 1,
    number("day"),
    number("hour"),
    number("minute"),
    number("second"),
  );
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const numeric = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", ...numeric });
  formats.set(zone, format);
  return format;
}
