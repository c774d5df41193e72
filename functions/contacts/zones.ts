import { stateOfAreaCode, zonesOfState } from "./area-codes.ts";
import type { Address, Contact } from "./contact.ts";
import { zonesInUse } from "../platform/zone-time.ts";
import { areaCodeOf, phoneOf } from "./phone.ts";

/** Where a person may be, as far as time and law are concerned. */
export interface Whereabouts {
  /** Zones they may be in; an hour is allowed only if it is allowed in all of them. */
  readonly zones: readonly string[];
  /** Countries and US states whose rules may protect them. */
  readonly countries: readonly string[];
  readonly states: readonly string[];
}

/** Where a person may be: what they said, then their device, then the address, then what the number allows. */
export function whereaboutsOf(contact: Contact, address: Address | undefined, homeCountry: string): Whereabouts {
  const phones = contact.addresses.filter(({ kind }) => kind === "phone");
  const phone = address?.kind === "phone" ? address : phones[0];
  const numberCountry = phone && phoneOf(phone.value, homeCountry)?.country;
  const areaCode = phone && areaCodeOf(phone.value);
  const numberState = numberCountry === "US" && areaCode ? stateOfAreaCode(areaCode) : undefined;
  const countries = distinct([contact.country, numberCountry]);
  const states = distinct([countries.includes("US") ? contact.region : undefined, numberState]);
  const zones = statedZones(contact, address) ?? numberZones(numberState, contact, numberCountry ?? contact.country ?? homeCountry);
  return { zones, countries: countries.length > 0 ? countries : [homeCountry], states };
}

function statedZones(contact: Contact, address: Address | undefined): readonly string[] | undefined {
  if (contact.timeZone) return [contact.timeZone];
  if (address?.kind === "device" && address.timeZone) return [address.timeZone];
  const ofDevices = contact.addresses.flatMap((one) => (one.kind === "device" && one.timeZone ? [one.timeZone] : []));
  return ofDevices.length > 0 ? distinct(ofDevices) : undefined;
}

function numberZones(state: string | undefined, contact: Contact, country: string): readonly string[] {
  const ofStates = distinct([state, country === "US" ? contact.region : undefined]).flatMap((one) => zonesOfState(one) ?? []);
  return ofStates.length > 0 ? distinct(ofStates) : zonesOfCountry(country);
}

const countryZones = new Map<string, readonly string[]>();

function zonesOfCountry(country: string): readonly string[] {
  const known = countryZones.get(country);
  if (known) return known;
  const zones = zonesInUse(country);
  const found = zones.length > 0 ? zones : ["UTC"];
  countryZones.set(country, found);
  return found;
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
