import { textEvent } from "./aws-sms/events.ts";
import type { Carrier } from "./carrier.ts";
import type { Switches } from "./handset.ts";
import { useHandset } from "./records.ts";
import type { TextMessage, TextStatus } from "./text-message.ts";
import { statusForm } from "./twilio/callback.ts";
import { webhookCall } from "./twilio/webhook.ts";
import { failsBeforeSent } from "./twilio/error-codes.ts";

// A text is usually on the phone within three seconds, and its receipt back within one more.
const handOverMs = [150, 900] as const;
const travelMs = [300, 2000] as const;
const receiptMs = [150, 900] as const;
const wakeMs = [400, 2500] as const;

const unreachable = 30003;
const landline = 30006;
const expiredInQueue = 30036;

/** Takes a text into the provider's books and sends it on its way; the caller has checked that it may go. */
export function acceptText(carrier: Carrier, text: TextMessage): void {
  const { records, agenda, clock } = carrier;
  records.atomically(() => {
    const { switches } = useHandset(records, text.handset, clock.now());
    records.texts.put(text);
    const leaves =
      text.sendAt ?? text.createdAt + carrier.between(...handOverMs) + switches.queueSeconds * 1000;
    agenda.plan(leaves, { does: "hand-over", sid: text.sid });
  });
  carrier.changed(text.handset);
}

/** The provider hands a text to the carrier, unless it waited too long for its turn. */
export function handOver(carrier: Carrier, sid: string): void {
  const text = carrier.records.texts.get(sid);
  if (!text || text.status === "canceled") return;
  const now = carrier.clock.now();
  if (now > text.validUntil) return settle(carrier, text, "failed", expiredInQueue);
  if (text.fate && failsBeforeSent(text.fate)) return settle(carrier, text, "failed", text.fate);
  settle(carrier, { ...text, sentAt: now }, "sent");
  carrier.agenda.plan(now + carrier.between(...travelMs), { does: "arrive", sid });
}

/** The carrier hands a text to the phone, or keeps it while the phone is off. */
export function arrive(carrier: Carrier, sid: string): void {
  const { records, agenda, clock } = carrier;
  const text = records.texts.get(sid);
  if (!text || text.status !== "sent" || text.arrivedAt !== undefined) return;
  const { switches } = useHandset(records, text.handset, clock.now());
  const failure = text.fate ?? (switches.landline ? landline : undefined);
  if (failure) return planReceipt(carrier, text, switches, "undelivered", failure);
  if (switches.phoneOff) {
    records.texts.put({ ...text, waiting: true });
    agenda.plan(text.validUntil, { does: "expire", sid });
  } else {
    const { waiting: _, ...here } = text;
    records.texts.put({ ...here, arrivedAt: clock.now() });
    if (!switches.noReceipts) planReceipt(carrier, text, switches, "delivered");
  }
  carrier.changed(text.handset);
}

/** The carrier gives up on a phone that stayed off. */
export function expire(carrier: Carrier, sid: string): void {
  const text = carrier.records.texts.get(sid);
  if (!text?.waiting) return;
  const { waiting: _, ...given } = text;
  settle(carrier, given, "undelivered", unreachable);
}

/** The carrier's receipt reaches the provider. */
export function receiptComes(carrier: Carrier, sid: string, status: TextStatus, errorCode?: number): void {
  const text = carrier.records.texts.get(sid);
  if (text) settle(carrier, text, status, errorCode);
}

/** The phone is on again: what waited for it comes now. */
export function wake(carrier: Carrier, handset: string): void {
  const { records, agenda, clock } = carrier;
  for (const { sid } of records.texts.find("handset = ? and waiting = 1 order by seq", handset))
    agenda.plan(clock.now() + carrier.between(...wakeMs), { does: "arrive", sid });
  for (const { id } of records.notices.find("handset = ? and state = 'waiting' order by seq", handset))
    agenda.plan(clock.now() + carrier.between(...wakeMs), { does: "show", notice: id });
}

/** Writes a new status and tells the business. */
export function settle(carrier: Carrier, text: TextMessage, status: TextStatus, errorCode?: number): void {
  const { records, agenda, clock } = carrier;
  const now = clock.now();
  const settled: TextMessage = { ...text, status, updatedAt: now, ...(errorCode && { errorCode }) };
  records.texts.put(settled);
  const url = text.statusCallback;
  if (url) agenda.plan(now, { does: "callback", ...webhookCall(text.sid, url), form: statusForm(settled) });
  const event = text.configurationSet && textEvent(settled, now);
  if (event) agenda.plan(now, { does: "event", sid: text.sid, event });
  carrier.changed(text.handset);
}

function planReceipt(
  { agenda, clock, between }: Carrier,
  { sid }: TextMessage,
  { receiptDelaySeconds }: Switches,
  status: "delivered" | "undelivered",
  errorCode?: number,
): void {
  const at = clock.now() + between(...receiptMs) + receiptDelaySeconds * 1000;
  agenda.plan(at, { does: "settle", sid, status, ...(errorCode && { errorCode }) });
}
