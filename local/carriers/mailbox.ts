import type { Carrier } from "./carrier.ts";
import type { Switches } from "./handset.ts";
import { type MailMessage, oneClickUrl } from "./mail-message.ts";
import { useHandset } from "./records.ts";
import { mailEvent, type MailNews } from "./ses/mail-events.ts";

// An e-mail is usually with the mailbox's server within two seconds.
const travelMs = [300, 2_000] as const;
const delayMs = 60_000;
const complaintMs = [2_000, 6_000] as const;
const answerWithinMs = 15_000;

/** The provider takes an e-mail and sends it on its way. */
export function acceptMail(carrier: Carrier, mail: MailMessage): void {
  const { records, agenda, clock } = carrier;
  records.atomically(() => {
    useHandset(records, mail.handset, clock.now());
    records.mails.put(mail);
    tell(carrier, mail, { is: "send" });
    agenda.plan(clock.now() + carrier.between(...travelMs), { does: "mail-arrives", mail: mail.id });
  });
  carrier.changed(mail.handset);
}

/** An e-mail reaches the server of its mailbox, which takes it, sends it back or asks for patience. */
export function mailArrives(carrier: Carrier, id: string): void {
  const { records, agenda, clock } = carrier;
  const mail = records.mails.get(id);
  if (mail?.state !== "on-its-way") return;
  const now = clock.now();
  const { switches } = useHandset(records, mail.handset, now);
  const mailbox = mailboxOf(mail, switches);
  if (mailbox === "slow" && !mail.isDelayed) {
    records.mails.put({ ...mail, isDelayed: true });
    tell(carrier, mail, { is: "deliveryDelay" });
    agenda.plan(now + delayMs, { does: "mail-arrives", mail: id });
  } else if (mailbox === "virus") {
    records.mails.put({ ...mail, state: "rejected" });
    tell(carrier, mail, { is: "reject" });
  } else if (mailbox === "gone" || mailbox === "full") {
    records.mails.put({ ...mail, state: "bounced" });
    tell(carrier, mail, bounces[mailbox]);
  } else {
    records.mails.put({ ...mail, state: "arrived", arrivedAt: now });
    if (!switches.noReceipts) tell(carrier, mail, { is: "delivery" }, switches.receiptDelaySeconds * 1000);
    if (mailbox === "complains")
      agenda.plan(now + carrier.between(...complaintMs), { does: "mail-complaint", mail: id });
  }
  carrier.changed(mail.handset);
}

/** The person calls an e-mail spam, and their provider says so. */
export function complain(carrier: Carrier, id: string): MailMessage {
  const mail = arrivedMail(carrier, id);
  if (mail.complainedAt !== undefined) return mail;
  return changed(carrier, { ...mail, complainedAt: carrier.clock.now() }, { is: "complaint" });
}

/** The person opens an e-mail; with pictures from elsewhere in it, that can be known. */
export function openMail(carrier: Carrier, id: string): MailMessage {
  const mail = arrivedMail(carrier, id);
  if (mail.openedAt !== undefined) return mail;
  const opened = { ...mail, openedAt: carrier.clock.now() };
  return changed(carrier, opened, mail.html === undefined ? undefined : { is: "open" });
}

/** The person presses the button of their mail program, which posts what RFC 8058 says, without a cookie and following nothing. */
export async function pressUnsubscribe(carrier: Carrier, id: string): Promise<MailMessage> {
  const url = oneClickUrl(arrivedMail(carrier, id));
  if (!url) throw new Error("This e-mail has no such button.");
  const isDone = await posted(url);
  return changed(
    carrier,
    { ...arrivedMail(carrier, id), unsubscribed: isDone ? "done" : "failed" },
    undefined,
  );
}

async function posted(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "List-Unsubscribe=One-Click",
      redirect: "error",
      signal: AbortSignal.timeout(answerWithinMs),
    });
    return ok;
  } catch {
    return false;
  }
}

function changed(carrier: Carrier, mail: MailMessage, news: MailNews | undefined): MailMessage {
  carrier.records.atomically(() => {
    carrier.records.mails.put(mail);
    if (news) tell(carrier, mail, news);
  });
  carrier.changed(mail.handset);
  return mail;
}

function arrivedMail({ records }: Carrier, id: string): MailMessage {
  const mail = records.mails.get(id);
  if (mail?.state !== "arrived") throw new Error("This e-mail is in no mailbox.");
  return mail;
}

const bounces = {
  gone: {
    is: "bounce",
    type: "Permanent",
    subtype: "General",
    says: "550 5.1.1 The email account that you tried to reach does not exist",
  },
  full: { is: "bounce", type: "Transient", subtype: "MailboxFull", says: "552 5.2.2 The mailbox is full" },
} as const satisfies Record<string, MailNews>;

/** Addresses of Amazon's own mailbox simulator do what their names say. */
const simulators: ReadonlyMap<string, Switches["mailbox"]> = new Map([
  ["success@simulator.amazonses.com", "open"],
  ["bounce@simulator.amazonses.com", "gone"],
  ["complaint@simulator.amazonses.com", "complains"],
]);

function mailboxOf({ to }: MailMessage, { mailbox }: Switches): Switches["mailbox"] {
  return simulators.get(to.toLowerCase()) ?? mailbox;
}

/** Publishes what the e-mail's configuration set wants to hear of. */
function tell(carrier: Carrier, mail: MailMessage, news: MailNews, laterMs = 0): void {
  const { accounts, agenda, clock } = carrier;
  const now = clock.now();
  const sets = accounts.flatMap(({ mail: account }) => account?.configurationSets ?? []);
  for (const { name, tells, topicArn } of sets) {
    if (name !== mail.configurationSet || !tells.includes(news.is)) continue;
    const event = mailEvent(mail, news, now);
    agenda.plan(now + laterMs, { does: "event", sid: mail.id, event, topicArn });
  }
}
