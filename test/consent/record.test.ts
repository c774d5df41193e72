import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConsentEntry } from "../../functions/consent/consent.ts";
import { consentIn } from "../../functions/consent/gate.ts";
import { recordConsent, withEntries } from "../../functions/consent/record.ts";
import { aGate, noon } from "../make.ts";
import { anEntry, aWorld } from "./record.fixture.ts";

const stateAfter = (entries: ConsentEntry[], gate = aGate()) =>
  consentIn(withEntries(gate, entries), "adr_phone", "marketing");

describe("what somebody said about messages", () => {
  it("counts from the newest statement, in whatever order they come in", () => {
    const statement = fc.record({
      state: fc.constantFrom("in", "out" as const),
      at: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 8 }), (statements) => {
        const entries = statements.map((some, index) => anEntry({ ...some, id: `cse_${index}` }));
        const latest = entries.filter(({ at }) => at === Math.max(...statements.map((some) => some.at)));
        const expected = latest.some(({ state }) => state === "out") ? "out" : "in";
        expect(stateAfter(entries)).toBe(expected);
        expect(stateAfter(entries.toReversed())).toBe(expected);
        expect(stateAfter(entries, withEntries(aGate(), entries))).toBe(expected);
      }),
    );
  });

  it("is no when they said yes and no at the same moment", () => {
    expect(stateAfter([anEntry({ state: "out" }), anEntry({ id: "cse_2", state: "in" })])).toBe("out");
    expect(stateAfter([anEntry({ state: "in" }), anEntry({ id: "cse_2", state: "out" })])).toBe("out");
  });

  it("concerns one address and one purpose", () => {
    const gate = withEntries(aGate(), [anEntry()]);
    expect(consentIn(gate, "adr_phone", "service")).toBe("none");
    expect(consentIn(gate, "adr_other", "marketing")).toBe("none");
  });
});

describe("recording it", () => {
  it("changes the gate, writes the proof and tells of it", async () => {
    const world = aWorld();
    await recordConsent([anEntry({ state: "out" })], world);
    expect(consentIn(world.gate(), "adr_phone", "marketing")).toBe("out");
    expect([...world.written.keys()]).toEqual(["cse_1"]);
    expect(world.gate().unwritten).toEqual([]);
    const { contactId, addressId, purpose, state, method } = anEntry({ state: "out" });
    expect(world.told).toEqual([
      { name: "consent.changed", detail: { contactId, addressId, purpose, state, method } },
    ]);
  });

  it("stops sends even when the ledger is down, and writes the proof later", async () => {
    const world = aWorld();
    const ledger = { ...world.ledger, append: async () => Promise.reject(new Error("no ledger")) };
    await expect(recordConsent([anEntry({ state: "out" })], { ...world, ledger })).rejects.toThrow(
      "no ledger",
    );
    expect(consentIn(world.gate(), "adr_phone", "marketing")).toBe("out");
    expect(world.gate().unwritten).toHaveLength(1);
    await recordConsent([anEntry({ id: "cse_2", purpose: "service" })], world);
    expect([...world.written.keys()].toSorted()).toEqual(["cse_1", "cse_2"]);
    expect(world.gate().unwritten).toEqual([]);
  });

  it("twice is the same as once", async () => {
    const world = aWorld();
    await recordConsent([anEntry()], world);
    const once = world.gate();
    await recordConsent([anEntry()], world);
    expect({ ...world.gate(), version: 0 }).toEqual({ ...once, version: 0 });
    expect(world.written.size).toBe(1);
  });

  it("keeps the proof of an older statement that changes nothing any more", async () => {
    const world = aWorld();
    await recordConsent([anEntry({ id: "cse_new", state: "out", at: noon })], world);
    await recordConsent([anEntry({ id: "cse_old", state: "in", at: noon - 1 })], world);
    expect(consentIn(world.gate(), "adr_phone", "marketing")).toBe("out");
    expect(world.written.size).toBe(2);
  });

  it("of nothing does nothing", async () => {
    const world = aWorld();
    await recordConsent([], world);
    expect([world.gate().version, world.told.length]).toEqual([0, 0]);
  });
});
