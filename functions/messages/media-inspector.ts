import type { Media } from "../channels/media.ts";
import type { Clock } from "../platform/clock.ts";
import { mayCallThisMachine } from "../platform/env.ts";
import { type Guard, loopbackGuard } from "../platform/guarded-call.ts";
import { guardedPost } from "../platform/guarded-post.ts";

/** Learns what a file is and how large, without getting it. */
export type InspectMedia = (url: string) => Promise<Media>;

/** A file that is sent to many is asked for once in this time. */
const keptMilliseconds = 5 * 60_000;
const keptLimit = 500;
const patienceMilliseconds = 2_000;

/** Asks the server of a file for its head. Nobody waits long for it: what cannot be learnt is left to the provider. */
export function mediaInspector(clock: Pick<Clock, "now">, guard: Guard = usualGuard()): InspectMedia {
  const kept = new Map<string, { readonly at: number; readonly media: Promise<Media> }>();
  return (url) => {
    const known = kept.get(url);
    if (known && clock.now() - known.at < keptMilliseconds) return known.media;
    if (kept.size >= keptLimit) kept.clear();
    const media = headOf(url, guard);
    kept.set(url, { at: clock.now(), media });
    return media;
  };
}

/** A local cloud asks this machine alone. */
function usualGuard(): Guard {
  return mayCallThisMachine() ? loopbackGuard : {};
}

async function headOf(url: string, guard: Guard): Promise<Media> {
  const call = { url, method: "HEAD", headers: { accept: "*/*" }, body: "" } as const;
  const head = await guardedPost(call, { timeoutMilliseconds: patienceMilliseconds, ...guard });
  if (head.is === "failed" || head.status < 200 || head.status >= 300) return { url };
  const bytes = Number(head.contentLength ?? Number.NaN);
  return { url, type: head.contentType, ...(bytes >= 0 && { bytes }) };
}
