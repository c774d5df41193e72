import { describe, expect, it } from "vitest";
import { entryFrom } from "../../functions/consent/entry.ts";
import { openGate } from "../../functions/consent/gate.ts";
import { withEntries } from "../../functions/consent/record.ts";
import { sortableIds } from "../../functions/platform/ids.ts";
import { Problem } from "../../functions/platform/problem.ts";
import { aContact, noon } from "../make.ts";

const said = {
  addressId: "adr_phone",
  purpose: "marketing" as const,
  state: "in" as const,
  method: "web-form" as const,
};
const by = { id: sortableIds.next("cse", noon), actor: "key_1" };
const at = (instant: number) => ({ ...said, at: new Date(instant).toISOString() });

describe("a consent that a caller reports", () => {
  it("is as old as the first time it was asked for, however late a retry comes", () => {
    expect(entryFrom(said, aContact(), by)).toEqual({ ...said, ...by, contactId: aContact().id, at: noon });
  });

  it("does not outrank a STOP that came between the request and its retry", () => {
    const first = entryFrom(said, aContact(), by);
    const stop = { ...first, id: "cse_stop", state: "out" as const, at: noon + 1000 };
    const retried = entryFrom(said, aContact(), by);
    const gate = withEntries(openGate(first.contactId), [first, stop, retried]);
    expect(gate.consents["adr_phone/marketing"]?.state).toBe("out");
  });

  it("may be older than the report and never newer", () => {
    expect(entryFrom(at(noon - 86_400_000), aContact(), by).at).toBe(noon - 86_400_000);
    expect(entryFrom(at(noon + 60_000), aContact(), by).at).toBe(noon);
    expect(() => entryFrom(at(noon + 86_400_000), aContact(), by)).toThrow(Problem);
  });

  it("is about an address of the contact", () => {
    expect(() => entryFrom({ ...said, addressId: "adr_other" }, aContact(), by)).toThrow("address.not-found");
  });
});
