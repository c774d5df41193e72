import { setTimeout as pause } from "node:timers/promises";
import type { Heliograph, Reply } from "../../client/client.ts";
import type { Screen } from "./command.ts";

type Message = Reply<Heliograph["getMessage"]>;

const final: ReadonlySet<Message["status"]> = new Set([
  "delivered",
  "read",
  "undelivered",
  "failed",
  "unknown",
  "suppressed",
  "expired",
  "canceled",
] as const);

/** The message once it has come to its end; says on the way where it stands. */
export async function waitFor(
  messageId: string,
  { api, screen, signal }: { api: Heliograph; screen: Screen; signal: AbortSignal },
): Promise<Message> {
  for (let told = ""; ; await pause(500, undefined, { signal })) {
    const message = await api.getMessage(messageId, { signal });
    const stands = `${message.status}${message.heldUntil ? ` until ${message.heldUntil}` : ""}`;
    if (stands !== told) screen.progress(`${messageId} ${stands}`);
    told = stands;
    if (final.has(message.status)) return message;
  }
}
