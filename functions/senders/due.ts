import type { Business } from "../business/business.ts";
import type { GateStore } from "../consent/gate.store.ts";
import type { Leaving } from "../consent/unsubscribe-token.ts";
import type { Contact } from "../contacts/contact.ts";
import type { ContactStore } from "../contacts/contact.store.ts";
import type { CarryStore } from "../messages/carried.ts";
import type { Category } from "../messages/category.ts";
import type { Hold } from "../messages/hold.store.ts";
import type { Join } from "../messages/cohort-joins.ts";
import type { Attempt, Message } from "../messages/message.ts";
import type { MessageStore } from "../messages/message.store.ts";
import type { Hours } from "../messages/quiet-hours.ts";
import type { Publish } from "../platform/events.ts";
import type { Mark, Provider } from "../providers/provider.ts";
import type { FetchFile } from "./attached.ts";
import type { Breaker } from "./breaker.ts";
import type { Undated } from "./outgoing.ts";
import type { PaceUsing } from "./pace.ts";
import type { Sender } from "./sender.ts";
import type { ReadBoard } from "../switches/read.ts";

/** What delivering works with. */
export interface DeliverUsing extends PaceUsing {
  readonly business: Business;
  readonly messages: Pick<MessageStore, "find" | "replace">;
  readonly contacts: Pick<ContactStore, "find">;
  readonly gates: GateStore;
  readonly provider: (connection: string) => Promise<Provider>;
  readonly hold: Hold;
  readonly switches: ReadBoard;
  readonly breaker: Breaker;
  readonly sendToIntake: (messageId: string) => Promise<void>;
  readonly join: Join;
  /** Remembers what an address turned out to be. */
  readonly markAddress: (
    mark: Mark,
    about: { contactId: string; addressId: string; attemptId: string; reason: string },
  ) => Promise<void>;
  readonly receiptTokenOf: (attemptId: string) => Promise<string>;
  /** Where a person ends mail of a kind. */
  readonly unsubscribeUrlOf: (leaving: Leaving) => Promise<string>;
  /** Fetches what an e-mail takes along. */
  readonly fetchFile: FetchFile;
  /** Where providers and apps are told to report, without a trailing slash. */
  readonly callbacksUrl: string;
  readonly receiptsUrl: string;
  readonly publish: Publish;
}

/** The same, in a batch whose queue may have carried messages. */
export interface BatchUsing extends DeliverUsing {
  readonly messages: CarryStore;
}

/** One attempt that is to be made now. */
export interface Due {
  readonly message: Message;
  readonly attempt: Attempt;
  readonly contact: Contact;
  readonly category: Category;
  readonly hours: Hours | undefined;
  readonly sender: Sender;
  readonly segments: number;
  /** Name of this run at it: two may be under way when a queue delivers twice. */
  readonly by: string;
}

/** An attempt that has everything but its slot: the message says that it is under way, and the gate is taken. */
export interface Prepared {
  readonly due: Due;
  /** The message as it was written when the attempt began. */
  readonly started: Message;
  readonly provider: Provider;
  readonly outgoing: Undated;
  /** When the gate was taken: it does not hold for ever. */
  readonly enteredAt: number;
}
