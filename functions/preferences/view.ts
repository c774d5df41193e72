import type * as z from "zod/mini";
import { isoOf } from "../platform/clock.ts";
import type { Preferences, PreferencesView } from "./preferences.ts";

/** Preferences as callers see them. */
export function preferencesViewOf(preferences: Preferences): z.infer<typeof PreferencesView> {
  const { pausedUntil, ...rest } = preferences;
  return { ...rest, ...(pausedUntil !== undefined && { pausedUntil: isoOf(pausedUntil) }) };
}

/** Preferences with a change: what it leaves out stays, null takes a choice back. */
export function withChange(
  preferences: Preferences,
  change: { readonly [name in keyof Preferences]?: Preferences[name] | null | undefined },
): Preferences {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...preferences, ...Object.fromEntries(given) });
  return { channels: [], ...Object.fromEntries(all.filter(([, value]) => value !== null)) };
}
