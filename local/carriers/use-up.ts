import type { Carrier } from "./carrier.ts";
import type { Handset } from "./handset.ts";

/** Takes back the switches that were for one message only, now that they have had it. */
export function useUp({ records, changed }: Carrier, handset: Handset): void {
  const { errorCode, loseReply, once } = handset.switches;
  if (!once || (errorCode === null && !loseReply)) return;
  records.handsets.put({
    ...handset,
    switches: { ...handset.switches, errorCode: null, loseReply: false, once: false },
  });
  changed(handset.id);
}
