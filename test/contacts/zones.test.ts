import { describe, expect, it } from "vitest";
import type { Address, Contact } from "../../functions/contacts/contact.ts";
import { whereaboutsOf } from "../../functions/contacts/zones.ts";
import { aContact } from "../make.ts";

const phone = (value: string, id = "adr_phone"): Address => ({
  id,
  kind: "phone",
  value,
  lineType: "mobile",
});
const device = (timeZone?: string, id = "adr_app"): Address => ({
  id,
  kind: "device",
  value: "token-0123456789",
  platform: "fcm",
  permission: "granted",
  ...(timeZone && { timeZone }),
});

/** Somebody of whom only the addresses are known. */
function aStranger(addresses: Address[], more: Partial<Contact> = {}): Contact {
  const { timeZone: _zone, country: _country, region: _region, ...rest } = aContact({ addresses });
  return { ...rest, ...more };
}

function zonesOf(contact: Contact, address: Address | undefined = contact.addresses[0]): readonly string[] {
  return whereaboutsOf(contact, address, "US").zones;
}

describe("where a person may be", () => {
  it("is where they say they are, whatever their number says", () => {
    const contact = aStranger([phone("+12125550123"), device("Europe/Paris")], { timeZone: "Asia/Tokyo" });
    expect(zonesOf(contact)).toEqual(["Asia/Tokyo"]);
  });

  it("is else where their device is", () => {
    expect(zonesOf(aStranger([phone("+12125550123"), device("Europe/Paris")]))).toEqual(["Europe/Paris"]);
  });

  it("is all the places their devices are in when a text goes to the phone", () => {
    const contact = aStranger([
      phone("+12125550123"),
      device("Europe/Paris"),
      device("Asia/Tokyo", "adr_other"),
    ]);
    expect(zonesOf(contact)).toEqual(["Asia/Tokyo", "Europe/Paris"]);
    expect(zonesOf(contact, contact.addresses[2])).toEqual(["Asia/Tokyo"]);
  });

  it("is else every zone of the state of the area code", () => {
    expect(zonesOf(aStranger([phone("+12125550123")]))).toEqual(["America/New_York"]);
    expect(zonesOf(aStranger([phone("+18505550123")]))).toEqual(["America/Chicago", "America/New_York"]);
  });

  it("is both the state they live in and the state of a number they kept", () => {
    const contact = aStranger([phone("+12125550123")], { country: "US", region: "CA" });
    expect(whereaboutsOf(contact, contact.addresses[0], "US")).toEqual({
      zones: ["America/Los_Angeles", "America/New_York"],
      countries: ["US"],
      states: ["CA", "NY"],
    });
  });

  it("is both the country they live in and the country of their number", () => {
    const contact = aStranger([phone("+442079460958")], { country: "US", region: "NY" });
    expect(whereaboutsOf(contact, contact.addresses[0], "US")).toEqual({
      zones: ["America/New_York", "Europe/London"],
      countries: ["GB", "US"],
      states: ["NY"],
    });
  });

  it("takes a region for a US state only in the US", () => {
    const contact = aStranger([phone("+61412345678")], { country: "AU", region: "WA" });
    expect(whereaboutsOf(contact, contact.addresses[0], "US").states).toEqual([]);
  });

  it("is every zone of the country when the number tells no more", () => {
    const canada = zonesOf(aStranger([phone("+14165550123")]));
    expect(canada).toEqual(
      expect.arrayContaining(["America/St_Johns", "America/Toronto", "America/Vancouver"]),
    );
    expect(zonesOf(aStranger([phone("+4915123456789")]))).toContain("Europe/Berlin");
  });

  it("is the home country when nothing at all is known", () => {
    const zones = zonesOf(aStranger([device()]));
    expect(zones).toEqual(expect.arrayContaining(["America/New_York", "Pacific/Honolulu"]));
  });

  it("is told by all their numbers when a notification goes to the app", () => {
    const contact = aStranger([device(), phone("+12125550123"), phone("+442079460958", "adr_second")]);
    expect(whereaboutsOf(contact, contact.addresses[0], "US").countries).toEqual(["GB", "US"]);
  });

  it("does not depend on the order of the addresses", () => {
    const addresses = [device(), phone("+442079460958"), phone("+12125550123", "adr_second")];
    const [one, other] = [aStranger(addresses), aStranger(addresses.toReversed())];
    expect(whereaboutsOf(one, undefined, "US")).toEqual(whereaboutsOf(other, undefined, "US"));
  });
});
