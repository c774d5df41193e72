import { describe, expect, it } from "vitest";
import type { Address, Contact } from "../../functions/contacts/contact.ts";
import { addressLimit, formerAddressLimit } from "../../functions/contacts/contact.ts";
import {
  addressFrom,
  withAddress,
  withChangedAddress,
  withoutAddress,
} from "../../functions/contacts/edit.ts";
import { Problem } from "../../functions/platform/problem.ts";
import { aContact } from "../make.ts";

const phone = (number: number): Address => ({
  id: `adr_${number}`,
  kind: "phone",
  value: `+1212555${String(number).padStart(4, "0")}`,
  lineType: "unknown",
});

function fieldsOf(edit: () => unknown): readonly string[] {
  try {
    edit();
  } catch (error) {
    if (error instanceof Problem) return error.errors.map(({ field }) => field);
  }
  return [];
}

describe("an address", () => {
  it("is written in one way only", () => {
    const given = { kind: "phone" as const, value: "020 7946 0018", lineType: "unknown" as const };
    expect(addressFrom(given, "adr_1", { homeCountry: "GB" }, "value").value).toBe("+442079460018");
    expect(addressFrom(given, "adr_1", { homeCountry: "GB" }, "value")).toMatchObject({
      lineType: "landline",
    });
  });

  it("that cannot exist is named", () => {
    expect(
      fieldsOf(() =>
        addressFrom(
          { kind: "phone", value: "call me", lineType: "unknown" },
          "adr_1",
          { homeCountry: "US" },
          "addresses.3.value",
        ),
      ),
    ).toEqual(["addresses.3.value"]);
  });

  it("keeps what was known of it when it is given again without saying so", () => {
    const known = aContact();
    const again: Address = { id: "adr_new", kind: "phone", value: "+12125550123", lineType: "unknown" };
    expect(withAddress(known, again, 5).addresses).toEqual(known.addresses);
    const landline = withAddress(known, { ...again, lineType: "landline" }, 5);
    expect(landline.addresses[0]).toMatchObject({ id: "adr_phone", lineType: "landline" });
  });

  it("that comes back has the id it had, however often it goes", () => {
    const [one, two] = [phone(1), phone(2)];
    let contact: Contact = aContact({ addresses: [one, two] });
    for (let time = 0; time < 3; time += 1)
      contact = withAddress(withoutAddress(contact, one.id, time), { ...one, id: `adr_other${time}` }, time);
    expect(contact.addresses).toEqual([two, one]);
    expect(contact.formerAddresses).toHaveLength(1);
  });

  it("cannot be one of more than a contact may have", () => {
    const full = aContact({ addresses: Array.from({ length: addressLimit }, (_, index) => phone(index)) });
    expect(fieldsOf(() => withAddress(full, phone(99), 5))).toEqual(["addresses"]);
    expect(withAddress(full, phone(3), 5).addresses).toHaveLength(addressLimit);
  });

  it("is remembered among a bounded number of former ones", () => {
    let contact = aContact({ addresses: [] });
    for (let number = 0; number < formerAddressLimit + 5; number += 1)
      contact = withoutAddress(withAddress(contact, phone(number), number), `adr_${number}`, number);
    expect(contact.formerAddresses).toHaveLength(formerAddressLimit);
    expect(contact.formerAddresses?.at(-1)?.id).toBe(`adr_${formerAddressLimit + 4}`);
  });

  it.each([
    ["adr_phone", { permission: "granted" as const }, "permission"],
    ["adr_phone", { value: "+12125550124" }, "value"],
    ["adr_app", { lineType: "mobile" as const }, "lineType"],
  ])("%s refuses %j by name", (id, change, field) => {
    expect(fieldsOf(() => withChangedAddress(aContact(), id, change, 5))).toEqual([field]);
  });
});
