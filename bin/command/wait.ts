import { setTimeout as pause } from "node:timers/promises";
import type { Heliograph, Reply } from "../../client/client.ts";
import { finalStatuses } from "../../functions/messages/message.ts";
import type { Screen } from "./command.ts";

type Message = Reply<Heliograph["getMessage"]>;

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
    if (finalStatuses.has(message.status)) return message;
  }
}
