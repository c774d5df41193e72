import { describe, expect, it } from "vitest";
import type { Contact } from "../../functions/contacts/contact.ts";
import { type LearnUsing, learnLine, linesToLearn } from "../../functions/contacts/learn-line.ts";
import type { LookedUp } from "../../functions/providers/provider.ts";
import { aContact, noon } from "../make.ts";

const phone = { id: "adr_phone", kind: "phone", value: "+12125550123", lineType: "unknown" } as const;
const line = { contactId: aContact().id, addressId: phone.id };

/** A contact whose number nobody knows anything of, and a provider that says something. */
function aLearner(said: LookedUp | Error, meanwhile?: (seen: Contact) => Contact | undefined) {
  let stored: Contact | undefined = aContact({ addresses: [phone] });
  const asked: string[] = [];
  const marked: string[] = [];
  const using: LearnUsing = {
    contacts: {
      find: async () => stored,
      findByExternalId: async () => undefined,
      replace: async (next, seen) => {
        if (seen !== stored) return { is: "conflict" };
        stored = next;
        return { is: "written" };
      },
    },
    lookUp: async (number) => {
      asked.push(number);
      if (meanwhile && stored) stored = meanwhile(stored);
      if (said instanceof Error) throw said;
      return said;
    },
    markAddress: async (mark, { addressId, reason }) => void marked.push(`${addressId} ${mark} ${reason}`),
    now: () => noon,
  };
  return { using, asked, marked, addresses: () => stored?.addresses };
}

describe("a number of which nobody knows what it is", () => {
  it.each(["mobile", "landline", "voip", "unknown"] as const)(
    "that is %s is asked about once",
    async (lineType) => {
      const { using, asked, marked, addresses } = aLearner({ is: "known", lineType });
      for (let times = 0; times < 3; times += 1) await learnLine(line, using);
      expect(asked).toEqual([phone.value]);
      expect(addresses()).toEqual([{ ...phone, lineType, lookedUpAt: "2026-11-23T17:00:00.000Z" }]);
      expect(marked).toEqual([]);
    },
  );

  it("that is none at all is marked: nothing is sent there", async () => {
    const { using, marked, addresses } = aLearner({ is: "invalid" });
    await learnLine(line, using);
    expect(marked).toEqual(["adr_phone unreachable number-invalid"]);
    expect(addresses()).toMatchObject([{ lineType: "unknown", lookedUpAt: "2026-11-23T17:00:00.000Z" }]);
  });

  it("stays so when nobody answered, and is asked about again", async () => {
    const { using, addresses } = aLearner(new Error("Lookup answered 503"));
    await expect(learnLine(line, using)).rejects.toThrow("503");
    expect(addresses()).toEqual([phone]);
  });

  it("is what somebody has said meanwhile, and stays gone when it is gone", async () => {
    const told = aLearner({ is: "known", lineType: "landline" }, (seen) => ({
      ...seen,
      addresses: [{ ...phone, lineType: "mobile" }],
    }));
    await learnLine(line, told.using);
    expect(told.addresses()).toEqual([{ ...phone, lineType: "mobile" }]);
    const removed = aLearner({ is: "known", lineType: "mobile" }, (seen) => ({ ...seen, addresses: [] }));
    await learnLine(line, removed.using);
    expect(removed.addresses()).toEqual([]);
    const erased = aLearner({ is: "known", lineType: "mobile" }, () => undefined);
    await learnLine(line, erased.using);
    expect(erased.addresses()).toBeUndefined();
  });

  it("is the only kind of address that is asked about", () => {
    const known = { ...phone, id: "adr_known", lineType: "mobile" } as const;
    const asked = { ...phone, id: "adr_asked", lookedUpAt: "2026-11-23T17:00:00.000Z" } as const;
    const contact = aContact({ addresses: [...aContact().addresses, known, asked, phone] });
    expect(linesToLearn(contact)).toEqual([line]);
  });
});
