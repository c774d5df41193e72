import type { Clock } from "./clock.ts";

interface Sending {
  readonly QueueUrl?: string;
  readonly Entries?: readonly Sending[];
  MessageDeduplicationId?: string;
}

const dedupMilliseconds = 300_000;
const mostDedupIds = 10_000;
const windowMark = "~";

/** A deduplication id counts for five minutes of the cloud's time: in the next window it becomes another id. */
export function deduplication(clock: Clock): (body: unknown) => void {
  const begun = new Map<string, number>();
  const inWindow = (queueUrl: string, id: string): string => {
    const key = `${queueUrl.split("/").at(-1) ?? ""} ${id}`;
    const since = begun.get(key);
    const at = since !== undefined && clock.now() - since < dedupMilliseconds ? since : clock.now();
    begun.set(key, at);
    if (begun.size > mostDedupIds) begun.delete(begun.keys().next().value ?? "");
    return `${id}${windowMark}${Math.floor(at)}`;
  };
  return (body) => {
    const { QueueUrl = "", Entries = [] } = (body ?? {}) as Sending;
    for (const one of [body as Sending | null, ...Entries])
      if (one?.MessageDeduplicationId)
        one.MessageDeduplicationId = inWindow(QueueUrl, one.MessageDeduplicationId);
  };
}

/** A deduplication id as its sender gave it. */
export function withoutWindow(deduplicationId: string): string {
  return deduplicationId.split(windowMark)[0] ?? "";
}
