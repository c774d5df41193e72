import type { Outgoing } from "./provider.ts";

/** What travels with a notification for the app that draws it, by the names that apps know. */
export const dataKeys = {
  token: "heliograph-receipt",
  url: "heliograph-receipt-url",
  actions: "heliograph-actions",
  badge: "heliograph-badge",
  collapseId: "heliograph-collapse-id",
} as const;

/** What an app needs to report that a notification was seen. */
export function receiptData({ receipt }: Pick<Outgoing, "receipt">): Record<string, string> {
  return receipt ? { [dataKeys.token]: receipt.token, [dataKeys.url]: receipt.url } : {};
}

/** The picture of a notification. */
export function imageOf({ push, mediaUrls }: Outgoing["content"]): string | undefined {
  return push?.image ?? mediaUrls[0];
}
