import { type Command, type Given, oneOf, type Screen, WrongUsage } from "./command.ts";
import type { Happened } from "./happened.ts";
import { eventsFromCloudWatch } from "./tail-aws.ts";
import { eventsFromLocal } from "./tail-local.ts";
import { events } from "../../functions/platform/events.ts";
import { statusIn } from "./paint.ts";
import { timeOf } from "./table.ts";

/** heliograph tail */
export const tailCommand: Command = {
  name: "tail",
  does: "Follows what happens: on this machine, or with --stage in AWS from the journal of events.",
  options: {
    stage: { does: "The deployment in AWS, with the AWS SDK's own settings", value: "name" },
    since: { does: "Begins that long ago, such as 10m, 2h or 1d", value: "span" },
    event: { does: "Only events of this name", value: "name", many: true, oneOf: Object.keys(events) },
    of: { does: "Only what concerns this message, contact or sender", value: "id" },
    "no-follow": { does: "Ends with what has happened so far" },
  },
  examples: [
    "tail",
    "tail --event message.status --of msg_01…",
    "tail --stage prod --since 2h --json --no-follow | jq .detail",
  ],
  run: async (given, { place, screen, signal }) => {
    const stage = given.option("stage");
    const asked = { since: sinceOf(given), follows: !given.has("no-follow"), signal };
    const wanted = wantedBy(given);
    const happenings = stage ? eventsFromCloudWatch(stage, asked) : eventsFromLocal(place().url, asked);
    for await (const event of happenings)
      for (const happened of apart(event).filter(wanted)) screen.line(lineOf(happened, screen));
  },
};

/** What happened together comes in one event; people read one thing a line. */
function apart(event: Happened): readonly Happened[] {
  const { happened } = event.detail;
  return Array.isArray(happened)
    ? happened.map((detail: Happened["detail"]) => ({ ...event, detail }))
    : [event];
}

function sinceOf(given: Given): number | undefined {
  const text = given.option("since");
  if (text === undefined) return undefined;
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (!count) throw new WrongUsage("--since takes a span such as 90s, 10m, 2h or 1d.");
  return Number(count) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit as "s" | "m" | "h" | "d"];
}

function wantedBy(given: Given): (happened: Happened) => boolean {
  const names = given.options("event").map((name) => oneOf(name, Object.keys(events), "--event"));
  const id = given.option("of");
  return ({ "detail-type": name, detail }) =>
    (names.length === 0 || names.includes(name)) && (id === undefined || Object.values(detail).includes(id));
}

function lineOf(happened: Happened, { paint, isJson }: Screen): string {
  if (isJson) return JSON.stringify(happened);
  const { time, "detail-type": name, detail } = happened;
  const { status, ...others } = detail;
  const fields = Object.entries(others).map(([field, value]) => `${paint.soft(`${field}=`)}${textOf(value)}`);
  const stands = typeof status === "string" ? [statusIn(paint, status)] : [];
  return [paint.soft(timeOf(time)), paint.strong(name), ...stands, ...fields].join("  ");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
