import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { PlannedJob } from "./agenda.ts";
import { type Handset, newHandset } from "./handset.ts";
import type { MailMessage } from "./mail-message.ts";
import type { Notice } from "./notice.ts";
import { type Shelf, shelf } from "./shelf.ts";
import { endsOf, type TextMessage } from "./text-message.ts";
import type { Subscription } from "./web-push/subscription.ts";

/** A person who told a number to stop, as the provider knows it. */
export interface OptOut {
  readonly sender: string;
  readonly handset: string;
  readonly since: number;
}

/** Everything the providers and phones remember; what is written here survives a kill. */
export interface Records {
  readonly texts: Shelf<TextMessage>;
  readonly notices: Shelf<Notice>;
  readonly mails: Shelf<MailMessage>;
  readonly handsets: Shelf<Handset>;
  readonly optOuts: Shelf<OptOut>;
  readonly jobs: Shelf<PlannedJob>;
  readonly subscriptions: Shelf<Subscription>;
  /** All writes of the work, or none. */
  readonly atomically: <T>(work: () => T) => T;
  readonly clear: () => void;
  readonly close: () => void;
}

/** Opens the records in a folder, or in memory when there is none. */
export function openRecords(folder: string | undefined): Records {
  if (folder) mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(folder ? join(folder, "carriers.sqlite") : ":memory:");
  // The operating system has every write before a call returns: a killed process loses nothing, a crashed machine may.
  database.exec("pragma journal_mode = wal; pragma synchronous = off");
  const shelves = {
    texts: shelf<TextMessage>(database, "texts", {
      id: ({ sid }) => sid,
      columns: {
        account: ({ accountSid }) => accountSid,
        handset: ({ handset }) => handset,
        origin: (text) => endsOf(text).from,
        recipient: (text) => endsOf(text).to,
        day: ({ sentAt, createdAt }) => dayOf(sentAt ?? createdAt),
        waiting: ({ waiting }) => (waiting ? 1 : 0),
      },
    }),
    notices: shelf<Notice>(database, "notices", {
      id: ({ id }) => id,
      columns: { handset: ({ handset }) => handset, state: ({ state }) => state },
    }),
    mails: shelf<MailMessage>(database, "mails", {
      id: ({ id }) => id,
      columns: { handset: ({ handset }) => handset },
    }),
    handsets: shelf<Handset>(database, "handsets", {
      id: ({ id }) => id,
      columns: { used: ({ usedAt }) => usedAt },
    }),
    optOuts: shelf<OptOut>(database, "opt_outs", {
      id: optOutId,
      columns: { handset: ({ handset }) => handset },
    }),
    subscriptions: shelf<Subscription>(database, "subscriptions", {
      id: ({ id }) => id,
      columns: { handset: ({ handset }) => handset },
    }),
    jobs: shelf<PlannedJob>(database, "jobs", { id: ({ id }) => id, columns: { due: ({ at }) => at } }),
  };
  return {
    ...shelves,
    atomically: transactionsOf(database),
    clear: () => Object.values(shelves).forEach((each) => each.clear()),
    close: () => database.close(),
  };
}

/** The key of a block between a number and a person. */
export function optOutId({ sender, handset }: Pick<OptOut, "sender" | "handset">): string {
  return `${sender} ${handset}`;
}

/** The handset, taken out of its box when nobody has used it yet. */
export function useHandset(records: Records, id: string, now: number): Handset {
  const handset = { ...(records.handsets.get(id) ?? newHandset(id, now)), usedAt: now };
  records.handsets.put(handset);
  return handset;
}

/** The UTC day of an instant, the grain of Twilio's list filter. */
export function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function transactionsOf(database: DatabaseSync): Records["atomically"] {
  let depth = 0;
  const [begin, commit] = [database.prepare("begin immediate"), database.prepare("commit")];
  return (work) => {
    if (depth > 0) return work();
    begin.run();
    depth += 1;
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      database.exec("rollback");
      throw error;
    } finally {
      depth -= 1;
    }
  };
}
