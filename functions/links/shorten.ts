import { codeOf } from "./link.ts";
import type { LinkStore } from "./link.store.ts";

/** Makes a link of a message short: the same place in the same message always gets the same one. Its own link has no place. */
export type Shorten = (url: string, messageId: string, now: number, place?: string) => Promise<string>;

/** How short links are made. */
export interface ShortenUsing {
  readonly links: LinkStore;
  /** What they begin with, without a trailing slash. */
  readonly base: string;
  readonly keepDays: number;
}

const day = 24 * 3_600_000;

/** Keeps where a link leads before anybody can follow it. */
export function shortener({ links, base, keepDays }: ShortenUsing): Shorten {
  return async (url, messageId, now, place) => {
    for (let number = 0; number < triesLimit; number += 1) {
      const code = codeOf(messageId, number, place);
      // As the parser writes it: what it left out, such as a line break, cannot get into an answer's head.
      const link = { code, url: new URL(url).href, messageId, expiresAt: now + keepDays * day };
      const isMine = (await links.create(link)) || (await links.find(code))?.messageId === messageId;
      if (isMine) return `${base}/${code}`;
    }
    throw new Error(`No code was free for the link of ${messageId}`);
  };
}

const triesLimit = 5;
