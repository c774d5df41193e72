import type { Heliograph, Reply } from "../../client/client.ts";
import { decisionOf, section } from "./explanation.ts";
import type { Paint } from "./paint.ts";
import { countOf, table, timeOf } from "./table.ts";

type Outlook = Reply<Heliograph["previewMessage"]>;
type Outcome = Outlook["now"];

/** What would become of a message: the decision now and after a hold, how it would look and what it would cost. */
export function outlookOf(outlook: Outlook, paint: Paint): string {
  const { category, contactId, now, afterwards } = outlook;
  const later = afterwards && [
    paint.strong(`\nIf nothing changes until ${timeOf(now.until)}`),
    decisionOf(decisionIn(afterwards), paint),
  ];
  return [
    `${paint.soft("not sent")}  ${category} to ${contactId}`,
    decisionOf(decisionIn(now), paint),
    ...(later ?? []),
    section("How it would look", renderingsOf(outlook, paint), paint),
    section("What it would cost", costOf(outlook), paint),
  ].join("\n");
}

function decisionIn({ steps, until, reason, considered }: Outcome): Parameters<typeof decisionOf>[0] {
  return {
    considered,
    ...(steps.length > 0 && { plan: { steps } }),
    ...(until && { heldUntil: until }),
    ...(reason && { reason }),
  };
}

function renderingsOf({ renderings }: Outlook, paint: Paint): string {
  const rows = renderings.map(({ channel, content, length, encoding = "", segments }) => [
    channel,
    `${length} characters`,
    encoding,
    segments === undefined ? "" : countOf(segments, "segment"),
    `“${[content.title, content.text].filter(Boolean).join(": ")}”`,
  ]);
  return table(["channel", "length", "encoding", "segments", "content"], rows, paint);
}

function costOf({ cost: { leastMicros, mostMicros } }: Outlook): string {
  const least = `${dollars(leastMicros)} by the senders' declared prices`;
  return leastMicros === mostMicros ? least : `${least}, ${dollars(mostMicros)} if every step is needed`;
}

function dollars(micros: number): string {
  return `${(micros / 1_000_000).toFixed(6).replace(/0{1,4}$/, "")} USD`;
}
