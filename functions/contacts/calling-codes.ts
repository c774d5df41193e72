import table from "./calling-codes.json" with { type: "json" };

/** One digit further into the numbers that start alike. */
interface Start {
  country?: string;
  readonly next: (Start | undefined)[];
}

const starts = startsOf(table.starts);
const zero = "0".charCodeAt(0);

/**
 * The country of a number in international form; undefined for numbers of no country, such as satellite ones.
 * Numbers are checked when they are written down (`phoneOf`); this only tells where one belongs, and needs no numbering plans.
 */
export function countryOfNumber(number: string): string | undefined {
  let start = starts;
  let country: string | undefined;
  for (let index = 1; index < number.length; index += 1) {
    const next = start.next[number.charCodeAt(index) - zero];
    if (!next) break;
    start = next;
    country = start.country ?? country;
  }
  return country;
}

/** Whether a number looks like one of the country's own: its calling code, or a short code, which has none. */
export function isLocalNumber(number: string, country: string): boolean {
  if (!number.startsWith("+")) return true;
  const callingCode = callingCodes.get(country);
  return callingCode !== undefined && number.startsWith(`+${callingCode}`);
}

/** Area code of a North American number. */
export function areaCodeOf(number: string): string | undefined {
  return /^\+1\d{10}$/.test(number) ? number.slice(2, 5) : undefined;
}

const callingCodes = new Map(
  Object.entries(table.starts).map(([country, its]): [string, string] => [country, callingCodeOf(its)]),
);

/** Countries that share a calling code have longer starts: the code is the shortest start that belongs to anybody. */
function callingCodeOf(its: string): string {
  let start = starts;
  for (let length = 0; length < its.length; length += 1) {
    if (start.country) return its.slice(0, length);
    start = start.next[its.charCodeAt(length) - zero] ?? start;
  }
  return its;
}

function startsOf(byCountry: Readonly<Record<string, string>>): Start {
  const root: Start = { next: [] };
  for (const [country, its] of Object.entries(byCountry)) {
    for (const digits of its.split(" ")) {
      let start = root;
      for (const digit of digits) start = start.next[Number(digit)] ??= { next: [] };
      start.country = country;
    }
  }
  return root;
}
