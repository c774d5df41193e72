/** What the limit of a key says to one request. */
export interface Admission {
  readonly isAdmitted: boolean;
  readonly limit: number;
  /** About how many more this key has in the minute. */
  readonly remaining: number;
  readonly resetSeconds: number;
}

/** Takes requests out of a key's minute; undefined when so many are no longer there. Else how many are used. */
export type TakeRequests = (
  keyId: string,
  asked: { readonly minute: number; readonly count: number; readonly limit: number },
) => Promise<number | undefined>;

/** Lets each key make so many requests a minute. */
export type Admit = (caller: { readonly keyId: string; readonly limit: number }) => Promise<Admission>;

const minuteMilliseconds = 60_000;
/** A key seldom used costs no write: each environment lets a few through by itself. */
const freeOf = (limit: number) => Math.min(10, Math.ceil(limit / 100));
/** One write for so many requests of a busy key. */
const leaseOf = (limit: number) => Math.max(1, Math.floor(limit / 50));

interface Standing {
  readonly minute: number;
  /** Let through without having been taken. */
  free: number;
  /** Taken and not used yet. */
  left: number;
  used: number;
  isSpent: boolean;
  /** The lease that is being taken. */
  taking?: Promise<void>;
}

/**
 * Counts in leases: requests are taken from the key's minute by the fiftieth, in one write, by each environment that needs
 * more. So a key gets at most its limit and ten more for each environment that is running, and at least its limit less one
 * lease for each of them.
 */
export function keyLimit(take: TakeRequests, now: () => number): Admit {
  const standings = new Map<string, Standing>();
  return async ({ keyId, limit }) => {
    const at = now();
    const minute = Math.floor(at / minuteMilliseconds);
    const standing = standingOf(standings, keyId, minute);
    const isAdmitted = await useOne(standing, limit, (count) => take(keyId, { minute, count, limit }));
    const resetSeconds = Math.ceil(((minute + 1) * minuteMilliseconds - at) / 1000);
    const remaining = isAdmitted ? Math.max(0, limit - standing.used - standing.free + standing.left) : 0;
    return { isAdmitted, limit, remaining, resetSeconds };
  };
}

const standingsLimit = 1_000;

function standingOf(standings: Map<string, Standing>, keyId: string, minute: number): Standing {
  const known = standings.get(keyId);
  if (known?.minute === minute) return known;
  if (standings.size >= standingsLimit) standings.clear();
  const fresh = { minute, free: 0, left: 0, used: 0, isSpent: false };
  standings.set(keyId, fresh);
  return fresh;
}

async function useOne(
  standing: Standing,
  limit: number,
  take: (count: number) => Promise<number | undefined>,
): Promise<boolean> {
  if (standing.left === 0 && standing.free < freeOf(limit)) {
    standing.free += 1;
    return true;
  }
  while (standing.left === 0 && !standing.isSpent) {
    // Requests that come at the same moment share a lease.
    standing.taking ??= takeLease(standing, limit, take);
    await standing.taking;
  }
  if (standing.left === 0) return false;
  standing.left -= 1;
  return true;
}

async function takeLease(
  standing: Standing,
  limit: number,
  take: (count: number) => Promise<number | undefined>,
): Promise<void> {
  // What went through before it was counted is counted with the first lease.
  const owed = standing.used === 0 ? standing.free : 0;
  try {
    const used = await take(leaseOf(limit) + owed);
    if (used === undefined) standing.isSpent = true;
    else Object.assign(standing, { used, left: leaseOf(limit) });
  } finally {
    delete standing.taking;
  }
}
