import { beginning, type Place, placeAfter } from "./html-place.ts";
import type { Node } from "./language.ts";

/** Values that are addresses, which their declaration has checked. */
type Addresses = ReadonlySet<Node>;

/** Attributes that hold an address. */
const addressed = new Set(["href", "src", "action", "formaction", "background", "poster", "cite", "srcset"]);

/**
 * Every value that stands where writing it for HTML does not keep it a value: in a tag without quotation marks around it,
 * in a script, a style or a comment, or in an address that nobody has checked.
 */
export function misplacedIn(nodes: readonly Node[], addresses: Addresses): string[] {
  const mistakes = new Set<string>();
  const end = walk(nodes, beginning, addresses, mistakes);
  if (end.at !== "text") mistakes.add("ends inside a tag, a comment, a script or a style");
  return [...mistakes];
}

function walk(nodes: readonly Node[], start: Place, addresses: Addresses, mistakes: Set<string>): Place {
  let place = start;
  for (const node of nodes) {
    if (node.is === "text") place = placeAfter(node.text, place);
    else if (node.is === "value") {
      const mistake = mistakeAt(place, node, addresses);
      if (mistake) mistakes.add(mistake);
      place = { ...place, isEmpty: false };
    } else {
      const bodies = node.is === "if" ? [node.whenTrue, node.otherwise] : [node.body];
      for (const body of bodies)
        if (!isSame(walk(body, place, addresses, mistakes), place))
          mistakes.add("has a block that leaves a tag or an attribute open, or closes one from outside");
      place = { ...place, isEmpty: false };
    }
  }
  return place;
}

function isSame(one: Place, other: Place): boolean {
  return one.at === other.at && one.element === other.element && one.attribute === other.attribute;
}

function mistakeAt(
  { at, attribute, isEmpty }: Place,
  node: Extract<Node, { is: "value" }>,
  addresses: Addresses,
): string | undefined {
  const value = `{{${node.path.join(".")}}}`;
  if (at === "text") return undefined;
  if (at !== "attribute") return `${value} has to stand in text, or in quotation marks`;
  if (attribute === "style" || attribute.startsWith("on"))
    return `${value} stands in ${attribute}, which takes no values`;
  if (addressed.has(attribute) && !(isEmpty && addresses.has(node)))
    return `${value} stands in ${attribute}, which takes a whole address: a variable of type url`;
  return undefined;
}
