import type { Account } from "./accounts.ts";
import type { Agenda, Clock } from "./agenda.ts";
import type { Outages } from "./outage.ts";
import type { Records } from "./records.ts";

/** Publishes an event of AWS; without a topic on that of texts. */
export type Publish = (event: string, topicArn?: string) => Promise<void>;

/** What every part of the simulated carriers works with. */
export interface Carrier {
  readonly clock: Clock;
  readonly accounts: readonly Account[];
  readonly records: Records;
  readonly agenda: Agenda;
  /** A number of milliseconds by chance, between two others. */
  readonly between: (least: number, most: number) => number;
  /** Publishes an event of AWS on a topic of the business. */
  readonly publish: Publish;
  readonly outages: Outages;
  /** Where the endpoints of browsers' subscriptions are, without a trailing slash. */
  readonly pushUrl: () => string;
  /** Says that something on a handset looks different now. */
  readonly changed: (handset: string) => void;
}
