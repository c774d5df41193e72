import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Clock } from "./clock.ts";
import {
  hashOf,
  IdempotencyKey,
  keepMilliseconds,
  lockMilliseconds,
  type Remembered,
  verdictOn,
} from "./idempotency.ts";
import type { IdempotencyStore } from "./idempotency.store.ts";
import { idFrom, type IdKind, type Ids } from "./ids.ts";
import type { Admit } from "./key-limit.ts";
import { Problem } from "./problem.ts";
import type { Operation } from "./routes.ts";

/** What creating operations need to create only once. */
export interface Once {
  readonly store: IdempotencyStore;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Limits how often each key may call. @default as often as it likes */
  readonly admit?: Admit;
}

type Answer = APIGatewayProxyStructuredResultV2;
type NewId = (kind: IdKind, part?: string) => string;

/** What a call may create, and how it says that it had been created before. */
export interface Making {
  /** Ids for what this call creates; a retry under the same Idempotency-Key gets the same ones in the same order, or for the same parts of the request. */
  readonly newId: NewId;
  /** Fingerprint of the request, where what is created has to remember it. */
  readonly requestHash?: string;
  /** Says that the answer is not the first one. */
  readonly replayed: () => void;
}

interface Asked {
  readonly operation: Operation;
  readonly event: { readonly key: string | undefined; readonly callerId: string };
  readonly path: string;
  readonly body: string;
}

/** Answers a request; with an Idempotency-Key the first answer is the only one that has an effect. */
export async function answerOnce(
  once: Once,
  asked: Asked,
  answer: (making: Making) => Promise<Answer>,
): Promise<Answer> {
  const first = { replayed: () => undefined };
  if (!asked.operation.creates || asked.event.key === undefined)
    return answer({ ...first, newId: (kind) => once.ids.next(kind, once.clock.now()) });
  const key = IdempotencyKey.safeParse(asked.event.key);
  if (!key.success) {
    throw new Problem("request.invalid", [
      { field: "Idempotency-Key", message: "1 to 255 printable characters" },
    ]);
  }
  if (asked.operation.creates === "by-key") return answerByKey(asked, key.data, answer);
  const claimed = await claim(once, asked, key.data);
  if (claimed.is === "replay") return claimed.answer;
  const keep = (record: Remembered) => once.store.finish(asked.event.callerId, key.data, record);
  try {
    const fresh = await answer({ ...first, newId: idsFrom(claimed.record.seed) });
    await keep({ ...claimed.record, answer: { status: fresh.statusCode ?? 200, body: fresh.body ?? "" } });
    return fresh;
  } catch (error) {
    // The same request may come again at once; under the same ids, should part of it have been done.
    await keep({ ...claimed.record, lockedUntil: 0 });
    throw error;
  }
}

/** The id of what a caller creates under a key. Keys have no spaces, so what follows one is a part of the request. */
export function idOfKey(kind: IdKind, callerId: string, key: string): string {
  return idFrom(kind, `${callerId}/${key}`);
}

/** What is created has its id from the key, so that its own table says whether it is there: no record beside it. */
async function answerByKey(
  asked: Asked,
  key: string,
  answer: (making: Making) => Promise<Answer>,
): Promise<Answer> {
  let isReplay = false;
  const given = await answer({
    newId: (kind, part) => idOfKey(kind, asked.event.callerId, part === undefined ? key : `${key} ${part}`),
    requestHash: fingerprintOf(asked),
    replayed: () => {
      isReplay = true;
    },
  });
  return isReplay ? { ...given, headers: { ...given.headers, "idempotent-replayed": "true" } } : given;
}

function fingerprintOf({ operation, path, body }: Asked): string {
  return hashOf(`${operation.at} ${path}`, body);
}

type Claimed = { is: "mine"; record: Remembered } | { is: "replay"; answer: Answer };

async function claim(once: Once, asked: Asked, key: string): Promise<Claimed> {
  const now = once.clock.now();
  const { callerId } = asked.event;
  const requestHash = fingerprintOf(asked);
  const found = await once.store.find(callerId, key);
  const verdict = verdictOn(found, requestHash, now);
  if (verdict === "mismatch") throw new Problem("idempotency.mismatch");
  if (verdict === "in-progress") throw new Problem("idempotency.in-progress");
  if (verdict === "replay" && found?.answer) return { is: "replay", answer: replayed(found.answer) };
  const seed = verdict === "take-over" && found ? found.seed : once.ids.next("key", now).slice("key_".length);
  const record = {
    requestHash,
    seed,
    lockedUntil: now + lockMilliseconds,
    expiresAt: now + keepMilliseconds,
  };
  // Two requests with one key at the same instant: the slower one hears that the other is in progress.
  if (!(await once.store.claim(callerId, key, record, found))) throw new Problem("idempotency.in-progress");
  return { is: "mine", record };
}

function replayed(answer: { status: number; body: string }): Answer {
  return {
    statusCode: answer.status,
    headers: { "content-type": "application/json", "idempotent-replayed": "true" },
    body: answer.body,
  };
}

function idsFrom(seed: string): NewId {
  const made = new Map<IdKind, number>();
  return (kind) => {
    const count = made.get(kind) ?? 0;
    made.set(kind, count + 1);
    return count === 0 ? `${kind}_${seed}` : idFrom(kind, `${seed}/${count}`);
  };
}
