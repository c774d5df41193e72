/** Where in HTML one is: what may stand there depends on it. */
export interface Place {
  readonly at: "text" | "tag" | "attribute" | "comment" | "raw";
  /** The tag one is in, or the element that raw text belongs to. */
  readonly element: string;
  /** Name of the attribute one is in. */
  readonly attribute: string;
  /** What ends the attribute. */
  readonly quote: string;
  /** Whether nothing stands in the attribute yet. */
  readonly isEmpty: boolean;
}

/** Where HTML begins. */
export const beginning: Place = { at: "text", element: "", attribute: "", quote: "", isEmpty: false };

/** Where one is after a piece of HTML. */
export function placeAfter(html: string, start: Place): Place {
  let place = start;
  let from = 0;
  for (let step = steps[place.at](html, from, place); step; step = steps[place.at](html, from, place)) {
    place = step.place;
    from = step.to;
  }
  if (place.at === "text" && /<[!/?]?-?$/.test(html.slice(from))) return { ...place, at: "tag" };
  return from < html.length ? { ...place, isEmpty: false } : place;
}

interface Move {
  readonly place: Place;
  readonly to: number;
}

/** The next change of place; undefined when there is none. */
type Step = (html: string, from: number, place: Place) => Move | undefined;

const steps: Readonly<Record<Place["at"], Step>> = {
  text: (html, from) => {
    const found = findIn(html, from, /<(!--|\/?[a-z][^\s/>]*)/gi);
    if (!found) return undefined;
    const element = found.parts[1]?.toLowerCase() ?? "";
    return { place: { ...beginning, at: element === "!--" ? "comment" : "tag", element }, to: found.to };
  },
  tag: (html, from, place) => {
    const found = findIn(html, from, /([^\s"'<>/=]*)\s*=\s*(["'])|(["'])|>/g);
    if (!found) return undefined;
    const [all, attribute = "", quote, stray] = found.parts;
    const isRaw = place.element === "script" || place.element === "style";
    if (all === ">") return { place: isRaw ? { ...place, at: "raw" } : beginning, to: found.to };
    const opened = { at: "attribute", attribute: attribute.toLowerCase(), isEmpty: true } as const;
    return { place: { ...place, ...opened, quote: quote ?? stray ?? "" }, to: found.to };
  },
  attribute: (html, from, place) => until(html, from, place.quote, { ...place, at: "tag" }),
  comment: (html, from) => until(html, from, "-->", beginning),
  raw: (html, from, { element }) => until(html, from, `</${element}`, { ...beginning, at: "tag" }),
};

function findIn(html: string, from: number, pattern: RegExp) {
  pattern.lastIndex = from;
  const parts = pattern.exec(html);
  return parts && { parts, to: pattern.lastIndex };
}

function until(html: string, from: number, end: string, place: Place): Move | undefined {
  const at = html.toLowerCase().indexOf(end, from);
  return at < 0 ? undefined : { place, to: at + end.length };
}
