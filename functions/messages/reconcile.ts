import type { Contact } from "../contacts/contact.ts";
import type { Found, Provider } from "../providers/provider.ts";
import type { Sender } from "../senders/sender.ts";
import { contentOn } from "./content.ts";
import type { Attempt, Message } from "./message.ts";

/** Asks the provider of an attempt's sender what became of it; what no longer exists cannot say. */
export function reconcileWith(
  senders: readonly Sender[],
  providerOf: (connection: string) => Promise<Provider>,
) {
  return async (attempt: Attempt, message: Message, contact: Contact): Promise<Found> => {
    const sender = senders.find(({ id }) => id === attempt.senderId);
    const to = contact.addresses.find(({ id }) => id === attempt.addressId);
    if (!sender || !to) return { is: "cannot-say" };
    const provider = await providerOf(sender.connection);
    const asked = {
      attemptId: attempt.id,
      to,
      from: sender.identity,
      content: contentOn(attempt.channel, message),
      ...(attempt.providerMessageId !== undefined && { providerMessageId: attempt.providerMessageId }),
    };
    return (await provider.find?.(asked, attempt.startedAt ?? attempt.queuedAt)) ?? { is: "cannot-say" };
  };
}
