/** What may be set on an element: attributes, `class`, `hidden`, listeners as `onclick` and the like. */
export type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void) | undefined>>;

/** Builds an element; texts only ever become text nodes. */
export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly (Node | string | undefined)[]
): HTMLElementTagNameMap[T] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") made.toggleAttribute(name, value);
    else if (value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** One child of a list, built anew only when what it shows has changed. */
export interface Item {
  readonly key: string;
  /** Everything the child shows. */
  readonly shows: unknown;
  readonly build: () => HTMLElement;
}

/** Makes a list show the items in their order, leaving alone what did not change. */
export function patch(list: HTMLElement, items: readonly Item[]): void {
  const old = new Map(
    [...list.children].map((child) => [(child as HTMLElement).dataset["key"], child as HTMLElement]),
  );
  let place = list.firstElementChild;
  for (const { key, shows, build } of items) {
    const signature = JSON.stringify(shows);
    const kept = old.get(key);
    const isSame = kept?.dataset["shows"] === signature;
    const child = isSame && kept ? kept : build();
    if (!isSame) Object.assign(child.dataset, { key, shows: signature });
    if (kept && !isSame) {
      if (place === kept) place = child;
      kept.replaceWith(child);
    } else if (child !== place) list.insertBefore(child, place);
    if (child === place) place = place.nextElementSibling;
    old.delete(key);
  }
  for (const gone of old.values()) gone.remove();
}

/** An element of the page's own HTML. */
export function byId(id: string): HTMLElement {
  return fitting(id, HTMLElement);
}

/** An element of the page's own HTML that is of some kind. */
export function fitting<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.querySelector(`#${id}`);
  if (!(found instanceof kind)) throw new Error(`The page has no #${id} of this kind.`);
  return found;
}
