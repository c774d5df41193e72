import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayConsents } from "../../bin/replay-consents.ts";
import type { ConsentEntry } from "../../functions/consent/consent.ts";
import { recordConsent } from "../../functions/consent/record.ts";
import { busPublisher } from "../../functions/platform/bus.store.ts";
import { aContact, aGate, noon } from "../make.ts";
import { type Recorder, startRecorder } from "../platform/aws.fixture.ts";

let bus: Recorder;
beforeAll(async () => {
  bus = await startRecorder();
  Object.assign(process.env, bus.environment);
});
afterAll(() => bus.stop());

/** Gates and a ledger in memory. */
function aStore() {
  const gates = new Map([[aContact().id, aGate()]]);
  const written: ConsentEntry[] = [];
  return {
    written,
    consents: () => gates.get(aContact().id)?.consents,
    gates: {
      find: async (id: string) => gates.get(id) ?? aGate(),
      replace: async (next: ReturnType<typeof aGate>) => {
        gates.set(next.contactId, { ...next, version: next.version + 1 });
        return true;
      },
    },
    ledger: { append: async (entry: ConsentEntry) => void written.push(entry), list: async () => written },
  };
}

const said = (purpose: ConsentEntry["purpose"], state: "in" | "out"): ConsentEntry => ({
  id: `cse_${purpose}`,
  contactId: aContact().id,
  addressId: "adr_phone",
  purpose,
  state,
  method: "keyword",
  at: noon,
  actor: "contact",
});

describe("what people decided after an export", () => {
  it("is recorded again from the journal of the bus, all that was said together, once however often it is read", async () => {
    const before = aStore();
    const entries = [said("marketing", "out"), said("transactional", "out")];
    await recordConsent(entries, { ...before, publish: busPublisher("the-bus") });
    // As the bus writes it into its log.
    const [{ Detail, DetailType }] = JSON.parse(bus.arrived[0]?.body ?? "").Entries;
    const line = JSON.stringify({
      id: "event-1",
      time: new Date(noon).toISOString(),
      "detail-type": DetailType,
      detail: JSON.parse(Detail),
    });
    const after = aStore();
    const replay = (since: number) =>
      replayConsents(["not JSON", line], since, { ...after, publish: async () => undefined });
    expect(await replay(noon + 60_000), "an older decision is in the export").toBe(0);
    expect(await replay(noon)).toBe(2);
    expect(after.consents()).toMatchObject({
      "adr_phone/marketing": { state: "out" },
      "adr_phone/transactional": { state: "out" },
    });
    expect(after.written.map(({ actor }) => actor)).toEqual(["journal", "journal"]);
    const ids = after.written.map(({ id }) => id);
    await replay(noon);
    expect(new Set(after.written.map(({ id }) => id))).toEqual(new Set(ids));
  });
});
