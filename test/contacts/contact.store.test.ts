import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claimLeaseMilliseconds, claimStore, keysOf } from "../../functions/contacts/claim.store.ts";
import type { Contact } from "../../functions/contacts/contact.ts";
import { type ContactStore, contactStore } from "../../functions/contacts/contact.store.ts";
import { type Aws, startAws } from "../aws.ts";
import { aContact, noon } from "../make.ts";

let aws: Aws;
let contacts: ContactStore;
beforeAll(async () => {
  aws = await startAws();
  contacts = contactStore(aws.tables, "Contacts");
});
afterAll(() => aws.stop());

const withPhone = (id: string, value: string, at = noon): Contact =>
  aContact({
    id: `con_${id}`,
    addresses: [{ id: `adr_${id}`, kind: "phone", value, lineType: "mobile" }],
    createdAt: at,
    updatedAt: at,
  });

/** A process that died after it claimed the address and before it wrote the contact. */
async function dieAfterClaiming(contact: Contact): Promise<void> {
  const claims = claimStore(aws.tables, "Contacts", contacts.find);
  expect(await claims.take(keysOf(contact), contact)).toBeUndefined();
}

describe("an address", () => {
  it("leads to its contact", async () => {
    const ada = withPhone("LEADS", "+12125550001");
    expect(await contacts.create(ada)).toEqual({ is: "written" });
    expect(await contacts.findByAddress("phone", "+12125550001")).toEqual(ada);
    expect(await contacts.findByAddress("email", "+12125550001")).toBeUndefined();
  });

  it("belongs to one contact only, and everything else the loser claimed is free again", async () => {
    await contacts.create(withPhone("FIRST", "+12125550002"));
    const second = { ...withPhone("SECOND", "+12125550002"), externalId: "second" };
    expect(await contacts.create(second)).toEqual({ is: "taken", what: "address", value: "+12125550002" });
    expect(await contacts.find(second.id)).toBeUndefined();
    const third = { ...withPhone("THIRD", "+12125550003"), externalId: "second" };
    expect(await contacts.create(third)).toEqual({ is: "written" });
  });

  it("is not given away while its contact is being written", async () => {
    const slow = withPhone("SLOW", "+12125550004");
    await dieAfterClaiming(slow);
    expect((await contacts.create(withPhone("QUICK", "+12125550004", noon + 1000))).is).toBe("taken");
    expect(await contacts.create(slow)).toEqual({ is: "written" });
    const late = withPhone("LATE", "+12125550004", noon + claimLeaseMilliseconds + 1);
    expect((await contacts.create(late)).is).toBe("taken");
  });

  it("is free again a while after its contact was given up half written", async () => {
    await dieAfterClaiming(withPhone("DEAD", "+12125550005"));
    expect(await contacts.findByAddress("phone", "+12125550005")).toBeUndefined();
    const heir = withPhone("HEIR", "+12125550005", noon + claimLeaseMilliseconds);
    expect(await contacts.create(heir)).toEqual({ is: "written" });
    expect(await contacts.findByAddress("phone", "+12125550005")).toEqual(heir);
  });

  it("goes back when its contact drops it, unless they have taken it up again meanwhile", async () => {
    const owner = withPhone("OWNER", "+12125550006");
    await contacts.create(owner);
    await contacts.replace({ ...owner, addresses: [] }, owner);
    expect(await contacts.findByAddress("phone", "+12125550006")).toBeUndefined();
    const without = (await contacts.find(owner.id)) ?? owner;
    await contacts.replace({ ...without, addresses: owner.addresses }, without);
    const claims = claimStore(aws.tables, "Contacts", contacts.find);
    await claims.giveBack(keysOf(owner), owner.id, owner.updatedAt);
    expect((await contacts.findByAddress("phone", "+12125550006"))?.id).toBe(owner.id);
  });
});

describe("a contact", () => {
  it("is written once under one id", async () => {
    const ada = withPhone("ONCE", "+12125550007");
    expect(await contacts.create(ada)).toEqual({ is: "written" });
    expect(await contacts.create({ ...ada, name: "Somebody else" })).toEqual({ is: "conflict" });
    expect((await contacts.find(ada.id))?.name).toBe("Ada");
  });

  it("is never changed from an old copy, even within one millisecond", async () => {
    const ada = withPhone("COPY", "+12125550008");
    await contacts.create(ada);
    expect(await contacts.replace({ ...ada, name: "B" }, ada)).toEqual({ is: "written" });
    expect(await contacts.replace({ ...ada, name: "C" }, ada)).toEqual({ is: "conflict" });
    expect((await contacts.find(ada.id))?.name).toBe("B");
  });
});
