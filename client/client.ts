import type { CallOptions, Row } from "./call.ts";
import { eachEntry } from "./pages.ts";
import { type Heliograph, operations } from "./operations.ts";
import { type Request, send, type SendUsing, sleep } from "./send.ts";

export type { Body, CallOptions, Reply } from "./call.ts";
export { type FieldError, HeliographProblem, HeliographUnreachable } from "./errors.ts";
export type { Heliograph, ProblemCode, WebhookEvent } from "./operations.ts";
export { verifyWebhook, type WebhookHeaders, WebhookRefused } from "./webhook.ts";

/** Where Heliograph answers, and with which key. */
export interface ClientOptions {
  /** The output ApiUrl of the messaging stack, or http://localhost:4000. */
  readonly url: string;
  /** An API key: hg_… */
  readonly key: string;
  /** How long one try may take. @default 30 seconds */
  readonly timeoutMilliseconds?: number;
  /** @default the platform's own */
  readonly fetch?: typeof fetch;
  /** Decides how long to wait before another try, from 0 to 1. @default Math.random */
  readonly random?: () => number;
  /** Waits before another try. @default timers */
  readonly sleep?: SendUsing["sleep"];
}

/** The API as functions: `await heliograph({ url, key }).sendMessage({ … })`. */
export function heliograph(options: ClientOptions): Heliograph {
  const using: SendUsing = {
    timeoutMilliseconds: 30_000,
    fetch: (...request) => fetch(...request),
    random: Math.random,
    sleep,
    ...options,
    url: options.url.replace(/\/+$/, ""),
  };
  const calls = Object.entries(operations).map(([name, row]) => [name, callOf(row, using)]);
  // The rows and the types are made from the same operations, which the compiler cannot see through a list.
  return Object.fromEntries(calls) as Heliograph;
}

function callOf(row: Row, using: SendUsing) {
  const call = async (...input: readonly unknown[]) => send(requestOf(row, input), using);
  if (!row.isPaged) return call;
  return Object.assign(call, {
    each: (...input: readonly unknown[]) => eachEntry((cursor) => send(requestOf(row, input, cursor), using)),
  });
}

/** Ids fill the path in their order; body, query and options follow as far as the operation has them. */
function requestOf(row: Row, input: readonly unknown[], cursor?: string): Request {
  const [, template = ""] = row.at.split(" ");
  const rest = [...input];
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(idIn(rest, name)));
  const body = row.hasBody ? rest.shift() : undefined;
  const query = (row.hasQuery ? rest.shift() : undefined) as object | undefined;
  const search = searchOf({ ...query, ...(cursor !== undefined && { cursor }) });
  return { row, path: path + search, body, options: rest[0] as CallOptions | undefined };
}

/** An empty id would address another operation. */
function idIn(rest: unknown[], name: string): string {
  const id = rest.shift();
  if (typeof id !== "string" || id === "") throw new TypeError(`${name} is missing`);
  return id;
}

function searchOf(query: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : "";
}
