import { applyResult } from "../messages/attempt.ts";
import { asBegun } from "../messages/carried.ts";
import type { Message } from "../messages/message.ts";
import { changeAndTell } from "../messages/change-and-tell.ts";
import type { SendResult } from "../providers/provider.ts";
import { begin, isLeftToReceipt, readyForCall } from "./begin.ts";
import type { BatchUsing, Due, Prepared } from "./due.ts";
import { measureAnswer } from "./answer-metrics.ts";
import { close, enter, giveBack } from "./enter.ts";
import { isKeptBack } from "./kept-back.ts";
import { withFiles } from "./files.ts";
import { outgoingFor, validityOf } from "./outgoing.ts";
import type { Given, Pace } from "./pace.ts";
import { putOff, waitOutside } from "./put-off.ts";
import { standAside } from "./stand-aside.ts";

/** How often a provider that is busy is asked before the message waits outside. */
const busyTries = 3;
/** A pause longer than this is not slept through: it would hold the lane, and the function may not live that long. */
const longestPauseSeconds = 5;
/** The gate is taken again for a call that starts later than this: an opt-out holds within ten seconds. */
const gateHoldsMilliseconds = 5_000;
/** How long before such a call. */
const gateAheadMilliseconds = 1_000;

/** Says that the attempt is under way and takes the gate for it; undefined when it is not to be made after all. */
export async function prepare(due: Due, using: BatchUsing): Promise<Prepared | undefined> {
  const { sender } = due;
  // What may fail comes before the gate: after it only the provider can say what happened.
  const [provider, outgoing] = await Promise.all([
    using.provider(sender.connection),
    outgoingFor(due, sender, using),
  ]);
  const ready = outgoing && (await withFiles(outgoing, provider));
  const startedAt = using.clock.now();
  const begun = await begin(due, startedAt, using);
  if (!begun) return undefined;
  const enteredAt = using.clock.now();
  if (ready?.is === "refused") {
    await settle(due, ready, { started: begun, provider }, using);
    return undefined;
  }
  const isOpen = ready ? await enter(due, using) : await close(due, "address-missing", using);
  if (!isOpen || !ready) return undefined;
  const started = await readyForCall(due, begun, startedAt, provider, using);
  if (started) return { due, started, provider, outgoing: ready.outgoing, enteredAt };
  await giveBack(due, using);
  return undefined;
}

/** Calls the provider at the slot, once; only an answer that proves that nothing was sent is asked again, through the gate again. */
export async function callAt(
  slot: number,
  { due, started, provider, outgoing, enteredAt }: Prepared,
  pace: Pace,
  using: BatchUsing,
): Promise<void> {
  const { clock } = using;
  if (!(await using.breaker.admits(due.sender.connection, due.attempt.id))) {
    pace.leave(slot);
    return giveWay(due, using);
  }
  let place: Place | undefined = { at: slot, enteredAt };
  for (let tries = 1; ; tries += 1) {
    place = await arrive(place, due, pace, using);
    if (!place) return;
    if (!using.breaker.stillAdmits(due.sender.connection, due.attempt.id)) return giveWay(due, using);
    const validitySeconds = validityOf(due, clock.now());
    const sending = provider.send({ ...outgoing, validitySeconds });
    pace.began(place.at);
    const result = await sending;
    measureAnswer(due, result);
    // What became of the message comes first; the circuit may lose an answer.
    if (result.is !== "busy") await settle(due, result, { started, provider }, using);
    await using.breaker.heard(due.sender.connection, due.attempt.id, result);
    if (result.is !== "busy") return;
    await giveBack(due, using);
    if (result.isOutage && (await isKeptBack(due, "sending", using))) return;
    const isTooLong = tries === busyTries || result.retryAfterSeconds > longestPauseSeconds;
    if (isTooLong) return waitOutside(due, result, using);
    await clock.sleepUntil(clock.now() + result.retryAfterSeconds * 1000);
    const again = clock.now();
    if (!(await enter(due, using))) return;
    place = await placed(pace.take([due.segments]), again, due, using);
    if (!place) return;
  }
}

/** The provider is out: the attempt leaves the gate and stands aside. */
async function giveWay(due: Due, using: BatchUsing): Promise<void> {
  await giveBack(due, using);
  await standAside(due, due.sender, "sending", using);
}

/** A slot, and since when the gate has been held for it. */
interface Place {
  readonly at: number;
  readonly enteredAt: number;
}

/** Waits for the slot; undefined when the attempt is not to be made any more. */
async function arrive(first: Place, due: Due, pace: Pace, using: BatchUsing): Promise<Place | undefined> {
  let place: Place | undefined = first;
  while (place) {
    const { at } = place;
    if (at > place.enteredAt + gateHoldsMilliseconds) {
      let entered: number | undefined;
      try {
        entered = await enterAgain(at, due, using);
      } finally {
        if (entered === undefined) pace.leave(at);
      }
      if (entered === undefined) return undefined;
      place = { at, enteredAt: entered };
    }
    if (await pace.untilSlot(at)) return place;
    place = await placed(pace.again(at, due.segments), place.enteredAt, due, using);
  }
  return undefined;
}

/** Leaves the gate and takes it again shortly before the slot; undefined when it stays closed. */
async function enterAgain(at: number, due: Due, using: BatchUsing): Promise<number | undefined> {
  await giveBack(due, using);
  await using.clock.sleepUntil(at - gateAheadMilliseconds);
  const enteredAt = using.clock.now();
  return (await enter(due, using)) ? enteredAt : undefined;
}

/** The slot that is given; undefined when there is none, and the attempt is put off. */
async function placed(
  giving: Promise<Given>,
  enteredAt: number,
  due: Due,
  using: BatchUsing,
): Promise<Place | undefined> {
  const given = await giving;
  const [at] = given.is === "slots" ? given.starts : [];
  if (at !== undefined) return { at, enteredAt };
  await putOff(due, given.is === "none" ? given : { until: undefined, reason: "sender-busy" }, using);
  return undefined;
}

/** What was learned of the address is kept first: the next step must not start without knowing it. */
async function settle(
  due: Due,
  result: Exclude<SendResult, { is: "busy" }>,
  { started, provider }: Pick<Prepared, "started" | "provider">,
  using: BatchUsing,
): Promise<void> {
  const { message, attempt } = due;
  const about = { contactId: message.contactId, addressId: attempt.addressId, attemptId: attempt.id };
  if (result.is === "refused" && result.mark)
    await using.markAddress(result.mark, { ...about, reason: result.reason });
  // Dying between the two is harmless in this order only: an attempt without the gate is made again.
  if (result.is === "refused") await giveBack(due, using);
  if (result.is === "accepted" && isLeftToReceipt(started, provider, using.clock.now())) return;
  const next = (seen: Message) => applyResult(asBegun(seen, started), attempt.id, result, using.clock.now());
  await changeAndTell(message.id, next, using, started);
}
