import type { MessageStore } from "../messages/message.store.ts";
import type { Clock } from "../platform/clock.ts";
import { log } from "../platform/log.ts";
import { measure } from "../platform/metrics.ts";
import { circuitReason, looked } from "./circuit.ts";
import { changeBoard, type SwitchStore } from "./switch.store.ts";

/** What looking after circuits works with. */
export interface LookUsing {
  readonly switches: Pick<SwitchStore, "find" | "replace">;
  /** Whether a connection's provider works, asked without sending anything; who cannot be asked is thought to. */
  readonly isUp: (connection: string) => Promise<boolean>;
  readonly messages: Pick<MessageStore, "find" | "pageOfWaiting">;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  readonly clock: Clock;
}

/** Looks after the open circuits: asks the providers whose time has come, and has one message try those that work. */
export async function lookAtCircuits(using: LookUsing): Promise<void> {
  const { circuits = [] } = await using.switches.find();
  for (const { connection, until, trial } of circuits) {
    measure("CircuitOpen", 1, connection);
    const isFree = trial === "free" || (using.clock.now() >= until && (await lookAt(connection, using)));
    if (isFree) await bringOne(connection, using);
  }
}

async function lookAt(connection: string, using: LookUsing): Promise<boolean> {
  const isUp = await using.isUp(connection).catch((error: unknown) => {
    log.error("provider-not-asked", error, { connection });
    return false;
  });
  await changeBoard(using.switches, (seen) => looked(seen, connection, isUp, using.clock.now()));
  return isUp;
}

/** Most of those that wait who are asked what for. */
const askedLimit = 100;

/** One of those that wait for the circuit is sent on; while none waits, the next to come tries. */
async function bringOne(connection: string, { messages, sendToIntake }: LookUsing): Promise<void> {
  const reason = circuitReason({ connection });
  let asked = 0;
  let from: string | undefined;
  do {
    const page = await messages.pageOfWaiting(from);
    for (const id of page.ids) {
      if ((await messages.find(id))?.reason === reason) return sendToIntake(id);
      asked += 1;
      if (asked === askedLimit) return undefined;
    }
    from = page.next;
  } while (from !== undefined);
  return undefined;
}
