import { measure, type MetricName } from "../platform/metrics.ts";
import type { SendResult } from "../providers/provider.ts";
import type { Due } from "./due.ts";

const metricOf = {
  accepted: "ProviderAccepted",
  refused: "ProviderRefused",
  unknown: "ProviderUnknown",
  busy: "ProviderBusy",
} as const satisfies Record<SendResult["is"], MetricName>;

/** Counts a provider's answer, and what the message costs when it took it. */
export function measureAnswer({ attempt, sender, segments }: Due, result: SendResult): void {
  measure(metricOf[result.is], 1, sender.connection);
  if (result.is === "refused") measure("ChannelRefused", 1, attempt.channel);
  if (result.is !== "accepted") return;
  const count = result.segments ?? segments;
  measure("ChannelAccepted", 1, attempt.channel);
  measure("SenderSegments", count, sender.id);
  measure("Segments", count);
  measure("SpendDollars", (count * sender.costMicros) / 1_000_000);
}
