import type { Carrier } from "./carrier.ts";
import { type Handset, newHandset, type Switches } from "./handset.ts";
import { writeText } from "./inbound.ts";
import type { MailMessage } from "./mail-message.ts";
import { complain, openMail, pressUnsubscribe } from "./mailbox.ts";
import { wake } from "./network.ts";
import type { Notice } from "./notice.ts";
import { dismissNotice, tapNotice } from "./push.ts";
import { type OptOut, useHandset } from "./records.ts";
import type { TextMessage } from "./text-message.ts";
import { subscribe, type SubscriptionJson } from "./web-push/subscription.ts";

/** What really happened, whatever the business believes. */
interface Truth {
  /** Every text the provider took, oldest first, in both directions. */
  readonly texts: readonly TextMessage[];
  readonly notices: readonly Notice[];
  readonly mails: readonly MailMessage[];
  /** Blocks that the provider itself keeps. */
  readonly optOuts: readonly OptOut[];
}

/** The hands of the people who hold the phones; handsets are named by number or push token. */
export interface HandsetControl {
  readonly list: () => Handset[];
  /** The handset; a new one that works when nobody has used it. */
  readonly get: (id: string) => Handset;
  /** Turns switches; what waited for the phone comes when it is on again. */
  readonly set: (id: string, change: Partial<Switches>) => Handset;
  /** The person allows the site's notifications in their browser; what that tells the site. */
  readonly subscribe: (id: string, applicationServerKey?: string) => SubscriptionJson;
  /** The person writes to one of the business's numbers. */
  readonly answer: (from: string, to: string, text: string) => TextMessage;
  /** The person taps a notification, or one of its buttons. */
  readonly tap: (notice: string, action?: string) => Notice;
  readonly dismiss: (notice: string) => Notice;
  /** Texts from and to a handset, oldest first; those that are still on their way have no `arrivedAt`. */
  readonly messagesOf: (id: string) => TextMessage[];
  /** Notifications for a handset, oldest first. */
  readonly notificationsOf: (id: string) => Notice[];
  /** E-mails for a handset, oldest first; those that are in the mailbox have an `arrivedAt`. */
  readonly mailsOf: (id: string) => MailMessage[];
  readonly openMail: (mail: string) => MailMessage;
  /** The person calls an e-mail spam. */
  readonly complain: (mail: string) => MailMessage;
  /** The person presses their mail program's own button, which posts what RFC 8058 says. */
  readonly unsubscribe: (mail: string) => Promise<MailMessage>;
  readonly truth: () => Truth;
  /** Forgets all handsets, messages and blocks, and what was under way. */
  readonly reset: () => void;
  /** Calls back with the handset's id when something on it changes; the answer ends it. */
  readonly onChange: (listener: (handset: string) => void) => () => void;
}

/** Puts the handsets into somebody's hands. */
export function handsetControl(
  carrier: Carrier,
  using: Pick<HandsetControl, "reset" | "onChange"> & { readonly applicationServerKey?: string },
): HandsetControl {
  const { records, clock, changed } = carrier;
  const { reset, onChange, applicationServerKey } = using;
  return {
    reset,
    onChange,
    subscribe: (id, key = applicationServerKey) => {
      if (!key) throw new Error("A browser subscribes to a site's public key, and there is none.");
      return subscribe(carrier, id, key);
    },
    list: () => records.handsets.find("true order by seq"),
    get: (id) => records.handsets.get(id) ?? newHandset(id, clock.now()),
    set: (id, change) =>
      records.atomically(() => {
        const handset = useHandset(records, id, clock.now());
        const turned = { ...handset, switches: { ...handset.switches, ...change } };
        records.handsets.put(turned);
        if (handset.switches.phoneOff && !turned.switches.phoneOff) wake(carrier, id);
        changed(id);
        return turned;
      }),
    answer: (from, to, text) => writeText(carrier, from, to, text),
    tap: (notice, action) => tapNotice(carrier, notice, action),
    dismiss: (notice) => dismissNotice(carrier, notice),
    messagesOf: (id) => records.texts.find("handset = ? order by seq", id),
    notificationsOf: (id) => records.notices.find("handset = ? order by seq", id),
    mailsOf: (id) => records.mails.find("handset = ? order by seq", id),
    openMail: (mail) => openMail(carrier, mail),
    complain: (mail) => complain(carrier, mail),
    unsubscribe: (mail) => pressUnsubscribe(carrier, mail),
    truth: () => ({
      texts: records.texts.find("true order by seq"),
      notices: records.notices.find("true order by seq"),
      mails: records.mails.find("true order by seq"),
      optOuts: records.optOuts.find("true order by seq"),
    }),
  };
}
