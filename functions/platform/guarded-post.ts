import { lookup } from "node:dns/promises";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as secureRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";
import { isLoopbackUrl, isSafeUrl } from "./safe-url.ts";

/** What to post, and where. */
export interface GuardedPost {
  readonly url: string;
  /** HEAD asks what there is, and brings nothing. @default POST */
  readonly method?: "POST" | "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** What came of it: an answer, or the reason why there is none. */
export type Posted =
  | {
      readonly is: "answered";
      readonly status: number;
      readonly retryAfter?: string;
      /** What was made of it, where the server gives that an address. */
      readonly location?: string;
      readonly contentType?: string;
      readonly contentLength?: string;
    }
  | { readonly is: "failed"; readonly reason: PostFailure };

/** Why nobody answered. `forbidden-address` means that the host leads to somewhere that is not public. */
export type PostFailure =
  | "forbidden-address"
  | "forbidden-url"
  | "no-such-host"
  | "cannot-connect"
  | "tls-failed"
  | "timeout"
  | "connection-lost";

/** How addresses are found and judged. */
export interface Guard {
  /** All addresses of a host. @default by the system's resolver */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /** Whether a connection to an address is allowed. @default to public ones */
  readonly isAddressAllowed?: (address: string) => boolean;
  /** Whether it may be tried at all. @default what can be an endpoint on the Internet */
  readonly isUrlAllowed?: (url: URL) => boolean;
  readonly timeoutMilliseconds?: number;
}

const usualTimeoutMilliseconds = 15_000;
/** As much of an answer is read as lets a server end well; nobody looks at it. */
const readLimitBytes = 16 * 1024;

/**
 * Posts to an address that a stranger has given us. Every address of its host has to be public, and the connection goes to
 * one of those that were checked: the name is not asked again. Redirects are answers like any other.
 */
export async function guardedPost(post: GuardedPost, guard: Guard = {}): Promise<Posted> {
  try {
    const response = await guardedCall(post, guard);
    return response ? answerOf(response) : { is: "failed", reason: "forbidden-url" };
  } catch (error) {
    return { is: "failed", reason: reasonOf(error) };
  }
}

/** Makes the call and hands over its answer while that is coming in; undefined where the address is none to call. */
export async function guardedCall(post: GuardedPost, guard: Guard): Promise<IncomingMessage | undefined> {
  const { isUrlAllowed = isSafeUrl } = guard;
  const url = URL.canParse(post.url) ? new URL(post.url) : undefined;
  return url && isUrlAllowed(url) ? exchanged(url, post, guard) : undefined;
}

/** For endpoints on the machine that a local cloud runs on, and nowhere else. */
export const loopbackGuard: Guard = {
  isUrlAllowed: isLoopbackUrl,
  isAddressAllowed: (address) => address === "127.0.0.1" || address === "::1",
};

/** How an address is judged: those of this machine are meant where endpoints may be on it. */
export function guardFor(url: string, isLocal: boolean): Guard {
  return isLocal && URL.canParse(url) && isLoopbackUrl(new URL(url)) ? loopbackGuard : {};
}

class Forbidden extends Error {}

async function exchanged(url: URL, post: GuardedPost, guard: Guard): Promise<IncomingMessage> {
  const signal = AbortSignal.timeout(guard.timeoutMilliseconds ?? usualTimeoutMilliseconds);
  const addresses = await Promise.race([checkedAddresses(url, guard), whenOver(signal)]);
  return answerFrom(addresses, url, post, signal);
}

/** All addresses of a host, each of them allowed; one that is not forbids the host. */
async function checkedAddresses(
  { hostname }: URL,
  { resolve = everyAddress, isAddressAllowed = isPublicAddress }: Guard,
): Promise<readonly string[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0 || !addresses.every(isAddressAllowed)) throw new Forbidden(hostname);
  return addresses;
}

function whenOver(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

function answerFrom(
  addresses: readonly string[],
  url: URL,
  { method = "POST", headers, body }: GuardedPost,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const begin = url.protocol === "https:" ? secureRequest : process.getBuiltinModule("node:http").request;
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...lengthOf(method, body), connection: "close" },
    agent: false,
    lookup: lookupAmong(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const call: ClientRequest = begin(url, options, resolve);
    call.on("error", reject);
    if (method === "POST") call.end(body);
    else call.end();
  });
}

function lengthOf(
  method: NonNullable<GuardedPost["method"]>,
  body: string | Uint8Array,
): Record<string, string> {
  return method === "POST" ? { "content-length": String(Buffer.byteLength(body)) } : {};
}

/** Whoever connects gets only addresses that have been checked. */
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, options, callback) => {
    const [first = { address: "", family: 0 }] = all;
    if (options.all) callback(null, all);
    else callback(null, first.address, first.family);
  };
}

async function everyAddress(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}

/** The status is all that counts; what follows it is let go by, within limits. */
function answerOf(response: IncomingMessage): Posted {
  let read = 0;
  response.on("data", (part: Buffer) => {
    read += part.length;
    if (read > readLimitBytes) response.destroy();
  });
  // Whatever happens to the rest changes nothing.
  response.on("error", () => undefined);
  const { location, "retry-after": retryAfter } = response.headers;
  const { "content-type": contentType, "content-length": contentLength } = response.headers;
  return {
    is: "answered",
    status: response.statusCode ?? 0,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(location !== undefined && { location }),
    ...(contentType !== undefined && { contentType }),
    ...(contentLength !== undefined && { contentLength }),
  };
}

/** What the system calls it, in our words. */
const reasons: Readonly<Record<string, PostFailure>> = {
  ENOTFOUND: "no-such-host",
  EAI_AGAIN: "no-such-host",
  ENODATA: "no-such-host",
  ECONNREFUSED: "cannot-connect",
  EHOSTUNREACH: "cannot-connect",
  ENETUNREACH: "cannot-connect",
  ETIMEDOUT: "timeout",
  EPROTO: "tls-failed",
};

export function reasonOf(error: unknown): PostFailure {
  if (error instanceof Forbidden) return "forbidden-address";
  if (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)) return "timeout";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code);
  return reasons[code] ?? (isTls ? "tls-failed" : "connection-lost");
}
