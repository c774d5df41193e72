import type { Carrier } from "./carrier.ts";
import type { Handset } from "./handset.ts";
import type { JobOf } from "./job.ts";
import type { Notice } from "./notice.ts";
import { post } from "./post.ts";
import { useHandset } from "./records.ts";

const travelMs = [150, 900] as const;
const appMs = [100, 500] as const;
const retryAfterMs = [5_000, 60_000, 600_000];
const answerWithinMs = 15_000;

/** The push provider takes a notification; that is all it will ever say. */
export function acceptNotice(carrier: Carrier, notice: Notice): void {
  const { records, agenda, clock } = carrier;
  records.atomically(() => {
    useHandset(records, notice.handset, clock.now());
    // Of those that wait for the phone its push service keeps the last.
    replaceEarlier(carrier, notice, "waiting", notice.platform === "web" ? "topic" : "collapseId");
    records.notices.put(notice);
    agenda.plan(clock.now() + carrier.between(...travelMs), { does: "show", notice: notice.id });
  });
  carrier.changed(notice.handset);
}

/** The notification reaches the phone: it waits, stays unseen, or lights up the screen. */
export function show(carrier: Carrier, id: string): void {
  const { records, clock } = carrier;
  const notice = records.notices.get(id);
  if (!notice || (notice.state !== "on-its-way" && notice.state !== "waiting")) return;
  const now = clock.now();
  const handset = useHandset(records, notice.handset, now);
  const hiddenBy = now > notice.expiresAt ? ("expired" as const) : hiddenOn(handset, notice);
  if (hiddenBy) records.notices.put({ ...notice, state: "not-shown", hiddenBy });
  else if (handset.switches.phoneOff) records.notices.put({ ...notice, state: "waiting" });
  else {
    replaceEarlier(carrier, notice, "shown", "collapseId");
    records.notices.put({ ...notice, state: "shown", shownAt: now });
    planReceipt(carrier, notice, { event: "received" });
  }
  carrier.changed(notice.handset);
}

/** The person taps a notification or one of its buttons; the app opens and says so. */
export function tapNotice(carrier: Carrier, id: string, action?: string): Notice {
  const notice = shownNotice(carrier, id);
  if (action !== undefined && !notice.actions?.some((one) => one.id === action))
    throw new Error("This notification has no such button.");
  const now = carrier.clock.now();
  const pressed = action !== undefined && { pressed: action };
  const opened: Notice = { ...notice, state: "opened", openedAt: now, ...pressed };
  carrier.records.atomically(() => {
    carrier.records.notices.put(opened);
    planReceipt(carrier, opened, { event: "opened", ...(action !== undefined && { action }) });
  });
  carrier.changed(notice.handset);
  return opened;
}

/** The person wipes a notification away; nobody hears of it. */
export function dismissNotice(carrier: Carrier, id: string): Notice {
  const dismissed: Notice = { ...shownNotice(carrier, id), state: "dismissed" };
  carrier.records.notices.put(dismissed);
  carrier.changed(dismissed.handset);
  return dismissed;
}

/** The app posts what it saw to the address in the push data, and tries again while nobody answers. */
export async function postReceipt(
  carrier: Carrier,
  { notice: id, event, action, seenAt, tries }: JobOf<"receipt">,
  signal: AbortSignal,
): Promise<() => void> {
  const notice = carrier.records.notices.get(id);
  const receipt = notice && receiptOf(notice);
  if (!receipt) return () => undefined;
  const pressed = action !== undefined && { action };
  const at = new Date(seenAt).toISOString();
  const status = await reported(receipt.url, { token: receipt.token, event, at, ...pressed }, signal);
  const again = retryAfterMs[tries];
  if ((status === undefined || status >= 500) && again !== undefined) {
    const job = { does: "receipt", notice: id, event, seenAt, tries: tries + 1, ...pressed } as const;
    return () => carrier.agenda.plan(carrier.clock.now() + again, job);
  }
  return () => {
    const now = carrier.records.notices.get(id) ?? notice;
    carrier.records.notices.put({ ...now, receipts: [...now.receipts, event] });
    carrier.changed(notice.handset);
  };
}

function hiddenOn({ switches }: Handset, { silent }: Notice): Notice["hiddenBy"] {
  if (switches.appRemoved) return "app-removed";
  if (switches.appOff) return "app-off";
  if (switches.pushDisabled) return "push-disabled";
  return silent ? "silent" : undefined;
}

function shownNotice({ records }: Carrier, id: string): Notice {
  const notice = records.notices.get(id);
  if (notice?.state !== "shown") throw new Error("This notification is not on a lock screen.");
  if (records.handsets.get(notice.handset)?.switches.phoneOff) throw new Error("This phone is off.");
  return notice;
}

/** The app takes down what a notification with the same collapse id replaces. */
function replaceEarlier(
  { records }: Carrier,
  notice: Notice,
  state: "waiting" | "shown",
  by: "collapseId" | "topic",
): void {
  const { handset, token } = notice;
  if (notice[by] === undefined) return;
  const earlier = records.notices.find("handset = ? and state = ?", handset, state);
  for (const one of earlier)
    if (one.id !== notice.id && one.token === token && one[by] === notice[by])
      records.notices.put({ ...one, state: "replaced" });
}

function planReceipt(
  carrier: Carrier,
  notice: Notice,
  said: Pick<JobOf<"receipt">, "event" | "action">,
): void {
  if (!receiptOf(notice)) return;
  const seenAt = carrier.clock.now();
  const { switches } = useHandset(carrier.records, notice.handset, seenAt);
  const at = seenAt + carrier.between(...appMs) + switches.receiptDelaySeconds * 1000;
  carrier.agenda.plan(at, { does: "receipt", notice: notice.id, ...said, seenAt, tries: 0 });
}

function receiptOf({ data }: Notice): { readonly url: string; readonly token: string } | undefined {
  const url = data["heliograph-receipt-url"];
  const token = data["heliograph-receipt"];
  return url && token ? { url, token } : undefined;
}

async function reported(url: string, said: object, signal: AbortSignal): Promise<number | undefined> {
  const headers = { "content-type": "application/json", "user-agent": "HandsetApp/1.0" };
  const call = { headers, body: JSON.stringify(said), signal, withinMs: answerWithinMs };
  return post(url, call).then(
    ({ status }) => status,
    () => undefined,
  );
}
