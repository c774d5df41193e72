import { lookup } from "node:dns/promises";
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import { request as secureRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.ts";
import { isLoopbackUrl, isSafeUrl } from "./safe-url.ts";

/** A call to an address that a stranger has given us. */
export interface GuardedCall {
  readonly url: string;
  readonly method: "POST" | "HEAD" | "GET";
  readonly headers: Readonly<Record<string, string>>;
  /** @default - nothing is sent along */
  readonly body?: string | Uint8Array;
}

/** Why nobody answered. `forbidden-address` means that the host leads to somewhere that is not public. */
export type CallFailure =
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

/**
 * Makes the call, and hands over its answer while that is coming in. Every address of its host has to be public, and the
 * connection goes to one of those that were checked: the name is not asked again. Redirects are answers like any other.
 * Throws what `failureIn` knows the reason of.
 */
export async function guardedCall(call: GuardedCall, guard: Guard): Promise<IncomingMessage> {
  const { isUrlAllowed = isSafeUrl, timeoutMilliseconds = usualTimeoutMilliseconds } = guard;
  const url = URL.canParse(call.url) ? new URL(call.url) : undefined;
  if (!url || !isUrlAllowed(url)) throw new Forbidden("forbidden-url");
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const addresses = await Promise.race([checkedAddresses(url, guard), whenOver(signal)]);
  return answerFrom(addresses, url, call, signal);
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

class Forbidden extends Error {
  readonly reason: CallFailure;
  constructor(reason: CallFailure) {
    super(reason);
    this.reason = reason;
  }
}

/** All addresses of a host, each of them allowed; one that is not forbids the host. */
async function checkedAddresses(
  { hostname }: URL,
  { resolve = everyAddress, isAddressAllowed = isPublicAddress }: Guard,
): Promise<readonly string[]> {
  const addresses = await resolve(hostname);
  if (addresses.length === 0 || !addresses.every(isAddressAllowed)) throw new Forbidden("forbidden-address");
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
  { method, headers, body }: GuardedCall,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const begin = url.protocol === "https:" ? secureRequest : process.getBuiltinModule("node:http").request;
  const options: RequestOptions = {
    method,
    headers: { ...headers, ...lengthOf(body), connection: "close" },
    agent: false,
    lookup: lookupAmong(addresses),
    signal,
  };
  return new Promise((resolve, reject) => {
    const call: ClientRequest = begin(url, options, resolve);
    call.on("error", reject);
    call.end(body);
  });
}

function lengthOf(body: GuardedCall["body"]): Record<string, string> {
  return body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
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

/** What the system calls it, in our words. */
const reasons: Readonly<Record<string, CallFailure>> = {
  ENOTFOUND: "no-such-host",
  EAI_AGAIN: "no-such-host",
  ENODATA: "no-such-host",
  ECONNREFUSED: "cannot-connect",
  EHOSTUNREACH: "cannot-connect",
  ENETUNREACH: "cannot-connect",
  ETIMEDOUT: "timeout",
  EPROTO: "tls-failed",
};

/** Why a call has failed. */
export function failureIn(error: unknown): CallFailure {
  if (error instanceof Forbidden) return error.reason;
  if (error instanceof Error && /^(Abort|Timeout)Error$/.test(error.name)) return "timeout";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isTls = /CERT|TLS|SSL|SELF_SIGNED|ISSUER/.test(code);
  return reasons[code] ?? (isTls ? "tls-failed" : "connection-lost");
}
