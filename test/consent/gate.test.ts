import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  capWindowMilliseconds,
  type Claim,
  type Gate,
  refund,
  sentInMonth,
  takeGate,
  voidClaim,
} from "../../functions/consent/gate.ts";
import { changeGate, type GateStore } from "../../functions/consent/gate.store.ts";
import { aGate, noon } from "../make.ts";

const optedIn = (state: "in" | "out" = "in") => ({
  "adr_phone/marketing": { state, at: noon, entryId: "cse_1" },
});

function aClaim(message: number, more: Partial<Claim> = {}): Claim {
  return {
    attemptId: `msg_${message}.1`,
    addressId: "adr_phone",
    channel: "sms",
    purpose: "marketing",
    ignoresConsent: false,
    capPerMonth: 4,
    ...more,
  };
}

/** The gate after the claim; it must have been given. */
function taken(gate: Gate, claim: Claim, now = noon): Gate {
  const result = takeGate(gate, claim, now);
  if (result.is !== "claimed") throw new Error(`the gate was ${result.is}`);
  return result.gate;
}

/** A gate in memory that refuses writers who have not seen the last version, as the table does. */
function fakeGates(first: Gate): GateStore & { last: () => Gate } {
  let gate = first;
  return {
    last: () => gate,
    find: async () => gate,
    replace: async (next, seen) => {
      await Promise.resolve();
      if (seen.version !== gate.version) return false;
      gate = { ...next, version: seen.version + 1 };
      return true;
    },
  };
}

describe("the gate", () => {
  it("is closed to marketing without an opt-in, and to everything after an opt-out", () => {
    expect(takeGate(aGate(), aClaim(1), noon)).toEqual({ is: "closed", reason: "no-consent" });
    const out = aGate({ consents: optedIn("out") });
    expect(takeGate(out, aClaim(1), noon)).toEqual({ is: "closed", reason: "opted-out" });
  });

  it("asks for the consent of the very address and purpose", () => {
    const gate = aGate({ consents: optedIn() });
    expect(takeGate(gate, aClaim(1), noon).is).toBe("claimed");
    expect(takeGate(gate, aClaim(1, { addressId: "adr_other" }), noon).is).toBe("closed");
  });

  it("lets an answer to a keyword through to somebody who has just opted out", () => {
    const gate = aGate({ consents: { "adr_phone/service": { state: "out", at: noon, entryId: "cse_1" } } });
    const answer = aClaim(1, { purpose: "service", capPerMonth: undefined });
    expect(takeGate(gate, answer, noon).is).toBe("closed");
    expect(takeGate(gate, { ...answer, ignoresConsent: true }, noon).is).toBe("claimed");
  });

  it("is given once per attempt", () => {
    const gate = taken(aGate({ consents: optedIn() }), aClaim(1));
    expect(takeGate(gate, aClaim(1), noon)).toEqual({ is: "repeat", claim: gate.claims["msg_1.1"] });
  });

  it("knows its own claim again when the confirmation was lost, and nobody else's", () => {
    const gate = taken(aGate({ consents: optedIn() }), aClaim(1, { by: "run 1" }));
    expect(takeGate(gate, aClaim(1, { by: "run 1" }), noon)).toEqual({ is: "claimed", gate });
    expect(takeGate(gate, aClaim(1, { by: "run 2" }), noon)).toEqual({
      is: "repeat",
      claim: gate.claims["msg_1.1"],
    });
    expect(takeGate(gate, aClaim(1), noon)).toEqual({ is: "repeat", claim: gate.claims["msg_1.1"] });
  });

  it("counts a message once, however many steps it takes", () => {
    const first = taken(aGate({ consents: optedIn() }), aClaim(1, { capPerMonth: 1 }));
    const second = taken(first, aClaim(1, { attemptId: "msg_1.2", capPerMonth: 1 }));
    expect(sentInMonth(second, "marketing", noon)).toBe(1);
    expect(takeGate(second, aClaim(2, { capPerMonth: 1 }), noon)).toEqual({
      is: "closed",
      reason: "cap-reached",
    });
  });

  it("forgets a message after thirty days", () => {
    const gate = taken(aGate({ consents: optedIn() }), aClaim(1, { capPerMonth: 1 }));
    const later = noon + capWindowMilliseconds;
    expect(takeGate(gate, aClaim(2, { capPerMonth: 1 }), later - 1).is).toBe("closed");
    expect(takeGate(gate, aClaim(2, { capPerMonth: 1 }), later).is).toBe("claimed");
  });

  it("counts only the purpose that is asked for", () => {
    const gate = taken(aGate(), aClaim(1, { purpose: "service", capPerMonth: undefined }));
    expect([sentInMonth(gate, "service", noon), sentInMonth(gate, "marketing", noon)]).toEqual([1, 0]);
  });

  it("is given back by an attempt that reached nobody", () => {
    const held = taken(aGate({ consents: optedIn() }), aClaim(1, { capPerMonth: 1, by: "run 1" }));
    expect(refund(held, "msg_1.1", "run 2"), "only by the run that took it").toBe(held);
    const gate = refund(held, "msg_1.1", "run 1");
    expect(sentInMonth(gate, "marketing", noon)).toBe(0);
    expect(takeGate(gate, aClaim(1, { capPerMonth: 1 }), noon).is).toBe("claimed");
  });

  it("is closed to everything once its contact was erased", () => {
    const gate = aGate({ consents: optedIn(), erasedAt: noon });
    expect(takeGate(gate, aClaim(1, { ignoresConsent: true }), noon)).toEqual({
      is: "closed",
      reason: "contact-erased",
    });
  });

  it("stays closed for good to an attempt that was voided, which counts for nothing", () => {
    const result = voidClaim(aGate({ consents: optedIn() }), aClaim(1).attemptId, noon);
    if (result.is !== "claimed") throw new Error("could not void");
    expect(takeGate(result.gate, aClaim(1), noon)).toEqual({ is: "void" });
    expect(sentInMonth(result.gate, "marketing", noon)).toBe(0);
  });

  it("cannot be voided once an attempt has taken it", () => {
    const gate = taken(aGate({ consents: optedIn() }), aClaim(1));
    expect(voidClaim(gate, aClaim(1).attemptId, noon)).toEqual({
      is: "repeat",
      claim: gate.claims["msg_1.1"],
    });
  });
});

describe("many workers at one gate", () => {
  const work = fc.record({ message: fc.integer({ min: 1, max: 8 }), step: fc.integer({ min: 1, max: 3 }) });

  it("never go over the cap nor take one attempt twice, whoever is first", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(work, { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        async (order, works, cap) => {
          const gates = fakeGates(aGate({ consents: optedIn() }));
          const store: GateStore = {
            find: order.scheduleFunction(gates.find),
            replace: order.scheduleFunction(gates.replace),
          };
          const claimed: string[] = [];
          const worker = async ({ message, step }: { message: number; step: number }) => {
            const claim = aClaim(message, { attemptId: `msg_${message}.${step}`, capPerMonth: cap });
            const is = await changeGate(store, "con_1", (gate) => {
              const result = takeGate(gate, claim, noon);
              return result.is === "claimed"
                ? { gate: result.gate, result: result.is }
                : { result: result.is };
            });
            if (is === "claimed") claimed.push(claim.attemptId);
          };
          await order.waitFor(Promise.all(works.map(worker)));
          expect(new Set(claimed).size).toBe(claimed.length);
          expect(new Set(claimed.map((id) => id.split(".")[0])).size).toBeLessThanOrEqual(cap);
          expect(Object.keys(gates.last().claims).toSorted()).toEqual(claimed.toSorted());
        },
      ),
      { numRuns: 200 },
    );
  });

  it("send nothing after an opt-out was recorded", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 6 }), async (order, count) => {
        const gates = fakeGates(aGate({ consents: optedIn() }));
        const store: GateStore = {
          find: order.scheduleFunction(gates.find),
          replace: order.scheduleFunction(gates.replace),
        };
        let isOut = false;
        const optOut = async () => {
          await changeGate(store, "con_1", (gate) => ({
            gate: { ...gate, consents: optedIn("out") },
            result: undefined,
          }));
          isOut = true;
        };
        const sentTooLate: number[] = [];
        const send = async (message: number) => {
          const wasOut = isOut;
          const is = await changeGate(store, "con_1", (gate) => {
            const result = takeGate(gate, aClaim(message, { capPerMonth: undefined }), noon);
            return result.is === "claimed" ? { gate: result.gate, result: result.is } : { result: result.is };
          });
          if (wasOut && is === "claimed") sentTooLate.push(message);
        };
        await order.waitFor(
          Promise.all([optOut(), ...Array.from({ length: count }, (_, message) => send(message))]),
        );
        await order.waitFor(send(99));
        expect(sentTooLate).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
