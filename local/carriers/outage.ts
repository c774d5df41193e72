import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod/mini";
import { sendJson } from "./http.ts";

/** The providers that may be out. */
export const ProviderName = z.enum(["twilio", "pinpoint", "aws-sms", "ses", "web-push"]);
/** A provider that may be out. */
export type ProviderName = z.infer<typeof ProviderName>;

/** How a provider is out: it answers with server errors, or takes requests and never answers. */
export const OutageKind = z.enum(["errors", "silence"]);
/** How a provider is out. */
export type OutageKind = z.infer<typeof OutageKind>;

/** Which providers are out, and what was asked of them meanwhile. */
export interface Outages {
  readonly set: (provider: ProviderName, kind: OutageKind | undefined) => void;
  readonly list: () => Readonly<Partial<Record<ProviderName, OutageKind>>>;
  /** Takes a request when the provider is out; false when it is not. */
  readonly takes: (provider: ProviderName, request: IncomingMessage, response: ServerResponse) => boolean;
  /** Requests that reached a provider while it was out, by method: GET only asks, POST would send. */
  readonly counts: () => Readonly<Record<string, number>>;
}

/** All providers work until somebody says otherwise. */
export function outages(): Outages {
  const out = new Map<ProviderName, OutageKind>();
  const counts = new Map<string, number>();
  return {
    set: (provider, kind) => void (kind ? out.set(provider, kind) : out.delete(provider)),
    list: () => Object.fromEntries(out),
    takes: (provider, request, response) => {
      const kind = out.get(provider);
      if (!kind) return false;
      const method = request.method ?? "GET";
      counts.set(method, (counts.get(method) ?? 0) + 1);
      request.resume();
      // Whoever waits for an answer in silence hangs up by himself.
      if (kind === "errors") sendJson(response, 503, { message: "Service Unavailable" });
      return true;
    },
    counts: () => Object.fromEntries(counts),
  };
}
