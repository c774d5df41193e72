import type { Heliograph, Reply } from "../../client/client.ts";
import { type Paint, statusIn } from "./paint.ts";
import { spanOf, table, timeOf } from "./table.ts";

type Message = Reply<Heliograph["getMessage"]>;

/** What a decision consists of, of a message or of one that is only asked about. */
export type Decision = Pick<Message, "considered" | "heldUntil" | "reason"> & {
  readonly plan?: Pick<NonNullable<Message["plan"]>, "steps"> | undefined;
};

/** The whole story of a message: where it stands, what was decided and why, and everything that came of it. */
export function storyOf(message: Message, paint: Paint): string {
  const { id, category, contactId, status, createdAt, expiresAt } = message;
  return [
    `${paint.strong(id)}  ${statusIn(paint, status)}  ${category} to ${contactId}`,
    paint.soft(`asked for ${timeOf(createdAt)}, of no use after ${timeOf(expiresAt)}`),
    `“${message.content.text}”`,
    decisionOf(message, paint),
    section("Attempts", attemptsOf(message, paint), paint),
    section("What happened", timelineOf(message, paint), paint),
  ].join("\n");
}

/** Whether, when and on which channels, with the points and reasons of every way that was looked at. */
export function decisionOf(decision: Decision, paint: Paint): string {
  return [
    section("Decision", verdictOf(decision, paint), paint),
    section("Ways to the person", considered(decision, paint), paint),
  ].join("\n");
}

/** A part of an explanation under its title. */
export function section(title: string, text: string, paint: Paint): string {
  return `\n${paint.strong(title)}\n${text}`;
}

function verdictOf({ plan, heldUntil, reason }: Decision, paint: Paint): string {
  const waits = heldUntil ? [`held until ${timeOf(heldUntil)}${reason ? `: ${reason}` : ""}`] : [];
  const steps = plan?.steps.map(({ channel, senderId, waitSeconds }, index) => {
    const next = waitSeconds > 0 && index + 1 < plan.steps.length;
    return `${index + 1}. ${channel} from ${senderId}${next ? `, and if nobody has seen it ${spanOf(waitSeconds)} later` : ""}`;
  });
  const nothing = [paint.bad(`nothing is sent${reason ? `: ${reason}` : ""}`)];
  return [...waits, ...(steps ?? (waits.length > 0 ? [] : nothing))].join("\n");
}

function considered({ considered }: Decision, paint: Paint): string {
  if (considered.length === 0) return paint.soft("(none was looked at)");
  return considered
    .map(({ channel, senderId, reason, score, points }) => {
      const way = [channel, senderId].filter(Boolean).join(" from ");
      const total = score === undefined ? "" : `  ${score} points`;
      const why = points.map((one) => paint.soft(`    ${signed(one.points)}  ${one.for}: ${one.because}`));
      return [`${statusIn(paint, reason)}  ${way}${total}`, ...why].join("\n");
    })
    .join("\n");
}

function signed(points: number): string {
  return `${points < 0 ? "−" : "+"}${Math.abs(points)}`.padStart(4);
}

function attemptsOf({ attempts }: Message, paint: Paint): string {
  const rows = attempts.map((attempt) => [
    attempt.id.slice(attempt.id.lastIndexOf(".") + 1),
    attempt.channel,
    attempt.senderId,
    statusIn(paint, attempt.status),
    [attempt.code, attempt.reason, attempt.isLate ? "late" : ""].filter(Boolean).join(" "),
    timeOf(attempt.startedAt),
    timeOf(attempt.readAt ?? attempt.deliveredAt ?? attempt.endedAt),
    attempt.segments === undefined ? "" : String(attempt.segments),
  ]);
  return table(["", "channel", "sender", "status", "why", "started", "proof", "segments"], rows, paint);
}

function timelineOf({ timeline }: Message, paint: Paint): string {
  const rows = timeline.map(({ at, what, attemptId, reason = "" }) => [
    timeOf(at),
    what,
    attemptId ? `attempt ${attemptId.slice(attemptId.lastIndexOf(".") + 1)}` : "",
    reason,
  ]);
  return table(["time", "what", "", "why"], rows, paint);
}
