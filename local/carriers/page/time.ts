/** The time of day where a phone is; the browser's own zone when nobody knows. */
export function timeOfDay(instant: number, zone: string | undefined): string {
  return format(instant, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** The day as a lock screen writes it. */
export function dayOf(instant: number, zone: string | undefined): string {
  return format(instant, zone, { weekday: "long", day: "numeric", month: "long" });
}

/** Day and time to the second, for the top of the page. */
export function exactTime(instant: number): string {
  return format(instant, undefined, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** The town a zone is named after: "New York". */
export function townOf(zone: string): string {
  return zone.slice(zone.lastIndexOf("/") + 1).replaceAll("_", " ");
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(instant: number, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const key = `${zone} ${Object.keys(options).join()}`;
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat("en-GB", { ...options, ...(zone && { timeZone: zone }) });
  formats.set(key, known);
  return known.format(instant);
}
