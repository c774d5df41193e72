import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayConsents } from "../../bin/replay-consents.ts";
import type { ConsentEntry } from "../../functions/consent/consent.ts";
import { recordConsent } from "../../functions/consent/record.ts";
import { busPublisher } from "../../functions/platform/bus.store.ts";
import { anEntry, aWorld } from "../consent/record.fixture.ts";
import { noon } from "../make.ts";
import { type Recorder, startRecorder } from "../platform/aws.fixture.ts";

let bus: Recorder;
beforeAll(async () => {
  bus = await startRecorder();
  Object.assign(process.env, bus.environment);
});
afterAll(() => bus.stop());

const said = (purpose: ConsentEntry["purpose"]): ConsentEntry =>
  anEntry({ id: `cse_${purpose}`, purpose, state: "out", method: "keyword", actor: "contact" });

describe("what people decided after an export", () => {
  it("is recorded again from the journal of the bus, all that was said together, once however often it is read", async () => {
    const before = aWorld();
    const entries = [said("marketing"), said("transactional")];
    await recordConsent(entries, { ...before, publish: busPublisher("the-bus") });
    // As the bus writes it into its log.
    const [{ Detail, DetailType }] = JSON.parse(bus.arrived[0]?.body ?? "").Entries;
    const line = JSON.stringify({
      id: "event-1",
      time: new Date(noon).toISOString(),
      "detail-type": DetailType,
      detail: JSON.parse(Detail),
    });
    const after = aWorld();
    const replay = (since: number) => replayConsents(["not JSON", line], since, after);
    expect(await replay(noon + 60_000), "an older decision is in the export").toBe(0);
    expect(await replay(noon)).toBe(2);
    expect(after.gate().consents).toMatchObject({
      "adr_phone/marketing": { state: "out" },
      "adr_phone/transactional": { state: "out" },
    });
    expect([...after.written.values()].map(({ actor }) => actor)).toEqual(["journal", "journal"]);
    const ids = [...after.written.keys()];
    await replay(noon);
    expect([...after.written.keys()]).toEqual(ids);
  });
});
