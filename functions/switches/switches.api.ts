import type * as z from "zod/mini";
import { business } from "../../heliograph.config.ts";
import { intakeQueue } from "../messages/intake.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { isoOf, systemClock } from "../platform/clock.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import { lift } from "./lift.ts";
import { type Asked, type Board, Scope } from "./switch.ts";
import { switchStore } from "./switch.store.ts";
import { switchRoutes, type SwitchesView } from "./switches.routes.ts";
import { turnOff } from "./turn.ts";

const dynamo = tables();
const switches = switchStore(dynamo, setting("COUNTERS_TABLE"));
const using = {
  switches,
  declared: business,
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  sendToIntake: intakeQueue(setting("INTAKE_QUEUE_URL")),
  publish: busPublisher(setting("EVENT_BUS")),
  clock: systemClock,
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Turns shown after a change. */
const shownTurns = 50;
/** Everything about switches. */
export const handler = onRoutes(
  switchRoutes,
  {
    listSwitches: async ({ query: { limit } }) => view(await switches.find(), limit),
    switchOff: async ({ params, body: { reason }, caller }) =>
      view(await turnOff(askedIn(params, caller.keyId), reason, using), shownTurns),
    switchOn: async ({ params, caller }) =>
      view(await lift(askedIn(params, caller.keyId), using), shownTurns),
  },
  once,
);

function askedIn(params: Readonly<Record<string, string>>, by: string): Asked {
  const scope = Scope.safeParse(params["scope"]);
  if (!scope.success) throw new Problem("switch.not-found");
  return { scope: scope.data, id: params["id"] ?? "", by, at: systemClock.now() };
}

async function view(board: Board, limit: number): Promise<z.infer<typeof SwitchesView>> {
  const turns = await switches.listTurns(limit);
  return {
    off: board.off.map((one) => ({ ...one, since: isoOf(one.since) })),
    out: (board.circuits ?? []).map(({ connection, reason, since, until }) => ({
      connection,
      reason,
      since: isoOf(since),
      looksAgainAt: isoOf(until),
    })),
    turns: turns.map(({ number: _number, ...turn }) => ({ ...turn, at: isoOf(turn.at) })),
  };
}
