/** A moment as clocks and calendars of a zone show it. */
export interface ZoneTime {
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
  readonly minuteOfDay: number;
}

/** Offsets change on quarter hours at most, so one look-up serves fifteen minutes. */
const bucketMilliseconds = 15 * 60_000;
const cacheLimit = 5_000;
const offsets = new Map<string, Map<number, number>>();
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall says in a zone, daylight saving included. */
export function zoneTimeAt(instant: number, zone: string): ZoneTime {
  const local = new Date(instant + offsetAt(instant, zone));
  return {
    weekday: ((local.getUTCDay() + 6) % 7) + 1,
    minuteOfDay: local.getUTCHours() * 60 + local.getUTCMinutes(),
  };
}

/** The calendar day that a moment falls on in a zone, as calendars write it: `2026-11-23`. */
export function zoneDayAt(instant: number, zone: string): string {
  return new Date(instant + offsetAt(instant, zone)).toISOString().slice(0, 10);
}

/** The instant at which the next day begins in a zone; days of 23 and 25 hours included. */
export function nextDayAt(instant: number, zone: string): number {
  const today = zoneDayAt(instant, zone);
  let next = Math.ceil((instant + 1) / bucketMilliseconds) * bucketMilliseconds;
  // Days begin on a quarter hour everywhere, though not always at midnight.
  while (zoneDayAt(next, zone) === today) next += bucketMilliseconds;
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
function offsetAt(instant: number, zone: string): number {
  const bucket = Math.floor(instant / bucketMilliseconds);
  let ofZone = offsets.get(zone);
  if (!ofZone || ofZone.size > cacheLimit) offsets.set(zone, (ofZone = new Map()));
  const known = ofZone.get(bucket);
  if (known !== undefined) return known;
  const start = bucket * bucketMilliseconds;
  const offset = localAsUtc(start, zone) - start;
  ofZone.set(bucket, offset);
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
