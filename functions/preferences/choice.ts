import type { Channel } from "../channels/channel.ts";
import { type Category, capOf, type Purpose } from "../messages/category.ts";
import type { Preferences } from "./preferences.ts";

/** What a person's choices govern: an emergency reaches everyone, and what somebody waits for is not paused. */
const governs = {
  marketing: { channels: true, pause: true },
  service: { channels: true, pause: true },
  transactional: { channels: true, pause: false },
  otp: { channels: true, pause: false },
  emergency: { channels: false, pause: false },
} as const satisfies Record<Purpose, { channels: boolean; pause: boolean }>;

/** The channels a person likes for a category, best first. */
export function likedFor(preferences: Preferences, category: Category): readonly Channel[] {
  return onlyFor(preferences, category) ?? preferences.channels;
}

/** Whether a person takes messages of a category on a channel. */
export function isWanted(channel: Channel, preferences: Preferences, category: Category): boolean {
  if (!governs[category.purpose].channels) return true;
  return onlyFor(preferences, category)?.includes(channel) ?? true;
}

/** Until when a person has paused messages of a purpose; undefined when they have not. */
export function pausedUntil(
  { pausedUntil: until }: Preferences,
  purpose: Purpose,
  now: number,
): number | undefined {
  return until !== undefined && until > now && governs[purpose].pause ? until : undefined;
}

/** How many messages of the purpose the person may get in 30 days: the business's cap or their own, whichever is lower. */
export function capFor(category: Category, { marketingPerMonth }: Preferences): number | undefined {
  const cap = capOf(category);
  if (marketingPerMonth === undefined || category.purpose !== "marketing") return cap;
  return Math.min(cap ?? marketingPerMonth, marketingPerMonth);
}

function onlyFor({ categories }: Preferences, { id }: Category): readonly Channel[] | undefined {
  return categories && Object.hasOwn(categories, id) ? categories[id] : undefined;
}
