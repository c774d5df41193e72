import { Scope } from "../../functions/switches/switch.ts";
import type { Heliograph, Reply } from "../../client/client.ts";
import { type Command, needed, oneOf, type Screen, wordOf } from "./command.ts";
import { statusIn } from "./paint.ts";
import { table, timeOf } from "./table.ts";

const scope = `<${Scope.options.join("|")}> <id>`;

/** heliograph switch … */
export const switchCommands: readonly Command[] = [
  {
    name: "switch list",
    does: "Lists what is switched off, and who turned which switch why.",
    examples: ["switch list"],
    run: async (_, { api, screen }) => showSwitches(await api().listSwitches(), screen),
  },
  {
    name: "switch off",
    does: "Stops everything of a kind within a minute; what would go out waits and loses nothing.",
    takes: scope,
    options: { reason: { does: "Why, for those who come after", value: "text" } },
    examples: ['switch off channel sms --reason "wrong prices in the offer"'],
    run: async (given, { api, screen }) => {
      const kind = oneOf(wordOf(given, 0, "scope"), Scope.options, "The scope");
      const reason = needed(given, "reason");
      showSwitches(await api().switchOff(kind, wordOf(given, 1, "id"), { reason }), screen);
    },
  },
  {
    name: "switch on",
    does: "Lets it go on; what waited is sent within a minute.",
    takes: scope,
    examples: ["switch on channel sms"],
    run: async (given, { api, screen }) => {
      const kind = oneOf(wordOf(given, 0, "scope"), Scope.options, "The scope");
      showSwitches(await api().switchOn(kind, wordOf(given, 1, "id")), screen);
    },
  },
];

function showSwitches(switches: Reply<Heliograph["listSwitches"]>, { paint, show }: Screen): void {
  show(switches, () => {
    const off = switches.off.map(({ scope, id, since, reason }) => [scope, id, timeOf(since), reason]);
    const turns = switches.turns
      .slice(0, 10)
      .map(({ at, scope, id, is, by, reason = "" }) => [
        timeOf(at),
        scope,
        id,
        statusIn(paint, is),
        by,
        reason,
      ]);
    return [
      paint.strong("Off now"),
      table(["scope", "id", "since", "why"], off, paint),
      "",
      paint.strong("Last turns"),
      table(["time", "scope", "id", "is", "by", "why"], turns, paint),
    ].join("\n");
  });
}
