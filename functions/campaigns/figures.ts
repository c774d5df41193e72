import type { Business } from "../business/business.ts";
import { type Segments, segmentsOf } from "../channels/segments.ts";
import type { Message } from "../messages/message.ts";
import type { Step } from "../messages/plan.ts";
import type { Backlog } from "../senders/lane.store.ts";
import type { Preview } from "./preview-view.ts";
import type { Tally } from "./tally.ts";

/** What figures are made with. */
export interface FiguresUsing {
  readonly business: Pick<Business, "senders">;
  readonly backlog: (senderId: string) => Promise<Backlog>;
}

/** What one recipient may expect: what they would read, why they wait first, and what comes of it then. */
export interface Outlook {
  readonly draft: Message;
  readonly text: Segments;
  readonly held?: string;
  readonly steps: readonly Step[];
  readonly suppressed?: string;
}

/** A step of somebody's plan, with what they would read. */
interface Sent extends Step {
  readonly text: Segments;
}

/** What a launch would come to, by those who were looked at. */
export async function figuresFrom(
  tallies: readonly Tally[],
  outlooks: readonly Outlook[],
  using: FiguresUsing,
): Promise<Omit<Preview, "warnings">> {
  const recipients = tallies.reduce((sum, one) => sum + one.recipients, 0);
  const share = outlooks.length === 0 ? 0 : recipients / outlooks.length;
  const longest = longestOf(outlooks);
  const segmentsBy = ({ channel, text }: Sent) => (channel === "sms" ? text.count : 1);
  const priceOf = (sent: Sent) =>
    (segmentsBy(sent) * (using.business.senders.find(({ id }) => id === sent.senderId)?.costMicros ?? 0)) /
    1e6;
  const planned = outlooks.map(({ steps, text }) => steps.map((step): Sent => ({ ...step, text })));
  const firsts = planned.flatMap(([first]) => (first ? [first] : []));
  const sum = (sends: readonly Sent[], of: (sent: Sent) => number) =>
    sends.reduce((total, sent) => total + of(sent), 0) * share;
  const sends = await Promise.all(
    [...Map.groupBy(firsts, ({ channel, senderId }) => `${channel} ${senderId}`).values()].map(
      async (some) => {
        const [{ channel, senderId }] = some as [Sent];
        const waiting = await using.backlog(senderId);
        const backlog = waiting.urgent + waiting.bulk + waiting.inFlight;
        const segments = Math.round(sum(some, segmentsBy));
        const mps = using.business.senders.find(({ id }) => id === senderId)?.mps ?? 1;
        return {
          channel,
          senderId,
          messages: Math.round(some.length * share),
          segments,
          carrierUsd: sum(some, priceOf),
          backlog,
          etaSeconds: (backlog + segments) / mps,
        };
      },
    ),
  );
  return {
    recipients,
    looked: outlooks.length,
    text: { encoding: longest.encoding, segments: longest.count, units: longest.units },
    sends,
    held: reasonsOf(outlooks, ({ held }) => held, share),
    suppressed: reasonsOf(outlooks, ({ suppressed }) => suppressed, share),
    carrierUsd: sum(firsts, priceOf),
    carrierUsdAtMost: sum(planned.flat(), priceOf),
    etaSeconds: Math.max(0, ...sends.map(({ etaSeconds }) => etaSeconds)),
  };
}

/** What takes the most segments of all that were looked at. */
function longestOf(outlooks: readonly Outlook[]): Segments {
  const [longest] = outlooks.map(({ text }) => text).toSorted((one, other) => other.count - one.count);
  return longest ?? segmentsOf("");
}

function reasonsOf(
  outlooks: readonly Outlook[],
  reasonIn: (outlook: Outlook) => string | undefined,
  share: number,
): Preview["suppressed"] {
  const reasons = outlooks.flatMap((outlook) => reasonIn(outlook) ?? []);
  return [...Map.groupBy(reasons, (reason) => reason)].map(([reason, some]) => ({
    reason,
    recipients: Math.round(some.length * share),
  }));
}
