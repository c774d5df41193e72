import type { Story } from "../story.ts";
import { element } from "./element.ts";
import { dayOf, timeOfDay } from "./time.ts";

type Message = Story["message"];
type Zone = string | undefined;

/** The story of a message in three parts: why now, why this channel, and what happened. */
export function storyParts({ message, attemptId }: Story, zone: Zone): HTMLElement[] {
  const attempt = message.attempts.find(({ id }) => id === attemptId);
  const stands = element("span", { class: `pill ${message.status}` }, message.status);
  return [
    element("p", { class: "facts" }, stands, ` ${message.category} · `, element("code", {}, message.id)),
    part("Why now", element("ul", { class: "because" }, ...whyNow(message, attempt, zone).map(item))),
    part("Why this channel", element("ul", { class: "ways" }, ...message.considered.map(wayOf))),
    part("What happened", timelineOf(message, attemptId, zone)),
  ];
}

function part(title: string, content: HTMLElement): HTMLElement {
  return element("section", {}, element("h3", {}, title), content);
}

function item(words: string): HTMLElement {
  return element("li", {}, words);
}

type Attempt = Message["attempts"][number];

function whyNow(message: Message, attempt: Attempt | undefined, zone: Zone): string[] {
  const asked = message.sendAt
    ? `Asked for at ${at(message.createdAt, zone)}, not to go before ${at(message.sendAt, zone)}.`
    : `Asked for at ${at(message.createdAt, zone)}.`;
  const waits = message.timeline.flatMap(({ what, at: when, reason }) =>
    what === "held" ? [`Held from ${at(when, zone)}${reason ? `: ${reason}` : ""}.`] : [],
  );
  const step = attempt ? [stepOf(message, attempt)] : [];
  const gone = attempt?.startedAt
    ? [`Given to the provider at ${at(attempt.startedAt, zone)}, when ${attempt.senderId} had a slot.`]
    : [];
  const nothing =
    waits.length === 0 && !message.sendAt ? ["No quiet hours, cap or switch made it wait."] : [];
  return [asked, ...waits, ...nothing, ...step, ...gone];
}

/** Which step of the plan it is, and what became of the one before. */
function stepOf({ plan, attempts }: Message, attempt: Attempt): string {
  const steps = plan?.steps ?? [];
  const many = steps.length > 1 ? ` of ${steps.length}` : "";
  const before = steps[attempt.step - 1];
  if (!before)
    return `Step ${attempt.step + 1}${many}: ${attempt.channel} has the most points of all open ways.`;
  const last = attempts.findLast(({ step }) => step === attempt.step - 1);
  const failed = last?.reason
    ? `ended with ${last.reason}`
    : `was not confirmed within ${before.waitSeconds} seconds`;
  return `Step ${attempt.step + 1}${many}: ${attempt.channel}, because ${before.channel} ${failed}.`;
}

/** A way to the person: taken with its points, or closed with its reason. */
function wayOf({ channel, senderId, reason, score, points }: Message["considered"][number]): HTMLElement {
  const name = element("span", {}, element("strong", {}, channel), senderId ? ` from ${senderId}` : "");
  const total = score === undefined ? undefined : element("span", { class: "total" }, `${score} points`);
  const head = element(
    "p",
    { class: "way" },
    element("span", { class: `pill ${reason}` }, reason),
    name,
    total,
  );
  const rows = points.map((one) =>
    element(
      "li",
      {},
      element("span", { class: "points" }, `${one.points < 0 ? "−" : "+"}${Math.abs(one.points)}`),
      element("span", {}, `${one.for}: ${one.because}`),
    ),
  );
  return element("li", {}, head, rows.length > 0 ? element("ul", { class: "score" }, ...rows) : undefined);
}

function timelineOf({ timeline }: Message, attemptId: string, zone: Zone): HTMLElement {
  const lines = timeline.map(({ at: when, what, reason, attemptId: of }) => {
    const number = of?.slice(of.lastIndexOf(".") + 1);
    const words = `${what}${number ? `, attempt ${number}` : ""}${reason ? ` · ${reason}` : ""}`;
    const isThis = of === attemptId ? "this" : "";
    return element("li", { class: isThis }, element("time", { datetime: when }, at(when, zone)), ` ${words}`);
  });
  return element("ol", { class: "happened" }, ...lines);
}

function at(iso: string, zone: Zone): string {
  const instant = Date.parse(iso);
  return `${dayOf(instant, zone).split(" ", 2).join(" ")} ${timeOfDay(instant, zone)}`;
}
