import type { CallOptions, Row } from "./call.ts";
import { HeliographProblem, HeliographUnreachable } from "./errors.ts";
import { waitBeforeRetry } from "./retry.ts";

/** One call, ready to be made. */
export interface Request {
  readonly row: Row;
  readonly path: string;
  readonly body?: unknown;
  readonly options?: CallOptions | undefined;
}

/** Where calls go and what they are made with. */
export interface SendUsing {
  readonly url: string;
  readonly key: string;
  readonly timeoutMilliseconds: number;
  readonly fetch: typeof fetch;
  readonly random: () => number;
  readonly sleep: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/** Makes a call, again and again where that is safe, and answers with what the API answered. */
export async function send({ row, path, body, options = {} }: Request, using: SendUsing): Promise<unknown> {
  const [method = "GET"] = row.at.split(" ");
  const headers = headersOf(row, body, options, using.key);
  // A second PATCH could undo what somebody else did in between; a POST without a key could do things twice.
  const isSafe = method === "GET" || method === "PUT" || method === "DELETE" || row.creates === true;
  const init = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  for (let tries = 1; ; tries += 1) {
    const answer = await once(`${using.url}${path}`, init, options.signal, using);
    if (answer.is === "answer" && answer.status < 400) return versioned(answer);
    const outcome = answer.is === "answer" ? { ...answer, code: codeIn(answer.body) } : { status: undefined };
    const wait = waitBeforeRetry(outcome, { tries, isSafe, now: Date.now(), random: using.random });
    if (wait === undefined) {
      throw answer.is === "answer"
        ? new HeliographProblem(`${method} ${path}`, answer)
        : new HeliographUnreachable(`${method} ${path}`, answer.cause);
    }
    await using.sleep(wait, options.signal);
  }
}

function headersOf(row: Row, body: unknown, options: CallOptions, key: string): Record<string, string> {
  return {
    authorization: `Bearer ${key}`,
    accept: "application/json, application/problem+json",
    ...(body !== undefined && { "content-type": "application/json" }),
    // Made here and not by the network's retries: every try of this call carries the same one.
    ...(row.creates && { "idempotency-key": options.idempotencyKey ?? crypto.randomUUID() }),
    ...(options.ifMatch && { "if-match": versionOf(options.ifMatch) }),
  };
}

/** Which version of a thing each answer showed; what nobody holds any more is forgotten. */
const versions = new WeakMap<object, string>();

function versioned({ body, etag }: { readonly body: unknown; readonly etag: string | null }): unknown {
  if (etag !== null && typeof body === "object" && body !== null) versions.set(body, etag);
  return body;
}

function versionOf(read: object): string {
  const version = versions.get(read);
  if (version === undefined)
    throw new TypeError("ifMatch takes an answer of an operation that tells versions");
  return version;
}

type Answer =
  | {
      readonly is: "answer";
      readonly status: number;
      readonly body: unknown;
      readonly retryAfter: string | null;
      readonly etag: string | null;
    }
  | { readonly is: "nothing"; readonly cause: unknown };

async function once(
  url: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
  { fetch, timeoutMilliseconds }: SendUsing,
): Promise<Answer> {
  signal?.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  try {
    const response = await fetch(url, {
      ...init,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const text = await response.text();
    const { status, headers } = response;
    return {
      is: "answer",
      status,
      body: text ? jsonOf(text) : undefined,
      retryAfter: headers.get("retry-after"),
      etag: headers.get("etag"),
    };
  } catch (cause) {
    // The caller's own end of it is theirs to hear of as it is.
    signal?.throwIfAborted();
    return { is: "nothing", cause };
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function codeIn(body: unknown): string | undefined {
  const { code } = (body ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Waits, unless the caller ends it. */
export function sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
