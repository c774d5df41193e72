import type { Performer } from "./agenda.ts";
import type { Carrier } from "./carrier.ts";
import { publishEvent } from "./aws-sms/events.ts";
import { readKeyword, tellBusiness } from "./inbound.ts";
import type { Job, JobOf } from "./job.ts";
import { complain, mailArrives } from "./mailbox.ts";
import { arrive, expire, handOver, receiptComes } from "./network.ts";
import { postReceipt, show } from "./push.ts";
import { postStatus } from "./twilio/callback.ts";

/** Gives a job to who does it. */
export function performer(carrier: Carrier): Performer {
  return ({ job }, signal) => {
    const perform = performers[job.does] as (
      carrier: Carrier,
      job: Job,
      signal: AbortSignal,
    ) => ReturnType<Performer>;
    return perform(carrier, job, signal);
  };
}

const performers: {
  readonly [D in Job["does"]]: (
    carrier: Carrier,
    job: JobOf<D>,
    signal: AbortSignal,
  ) => ReturnType<Performer>;
} = {
  "hand-over": withText(handOver),
  arrive: withText(arrive),
  expire: withText(expire),
  settle:
    (carrier, { sid, status, errorCode }) =>
    () =>
      receiptComes(carrier, sid, status, errorCode),
  callback: postStatus,
  event: publishEvent,
  keyword: withText(readKeyword),
  inbound: tellBusiness,
  "mail-arrives":
    (carrier, { mail }) =>
    () =>
      mailArrives(carrier, mail),
  "mail-complaint":
    (carrier, { mail }) =>
    () =>
      void complain(carrier, mail),
  show:
    (carrier, { notice }) =>
    () =>
      show(carrier, notice),
  receipt: postReceipt,
};

function withText(work: (carrier: Carrier, sid: string) => void) {
  return (carrier: Carrier, { sid }: { readonly sid: string }) =>
    () =>
      work(carrier, sid);
}
