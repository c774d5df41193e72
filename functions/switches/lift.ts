import { log } from "../platform/log.ts";
import { release, type ReleaseUsing } from "./release.ts";
import type { Asked, Board } from "./switch.ts";
import { turnOn, type TurnUsing } from "./turn.ts";

/** Workers ask every second while something is off: what is sent on after that is not put back. */
const heardMilliseconds = 1_100;
/** How long the caller waits while messages are sent on; the sweeper goes on with the rest. */
const releaseMilliseconds = 5_000;

/** Switches something on again and sends on the first of what waited for it. */
export async function lift(asked: Asked, using: TurnUsing & ReleaseUsing): Promise<Board> {
  const { clock } = using;
  const board = await turnOn(asked, using);
  try {
    await clock.sleepUntil(clock.now() + heardMilliseconds);
    await release(clock.now() + releaseMilliseconds, using);
  } catch (error) {
    // Best effort: whatever fails here, the sweeper does within a minute.
    log.error("release-failed", error);
  }
  return board;
}
