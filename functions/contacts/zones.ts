import { stateOfAreaCode, zonesOfState } from "./area-codes.ts";
import type { Address, Contact } from "./contact.ts";
import { zonesInUse } from "../platform/zone-time.ts";
import { areaCodeOf, countryOfNumber } from "./calling-codes.ts";

/** Where a person may be, as far as time and law are concerned. */
export interface Whereabouts {
  /** Zones they may be in; an hour is allowed only if it is allowed in all of them. */
  readonly zones: readonly string[];
  /** Countries and US states whose rules may protect them. */
  readonly countries: readonly string[];
  readonly states: readonly string[];
}

/** Where a person may be: what they said, then their device, then everything their address and numbers allow. */
export function whereaboutsOf(
  contact: Contact,
  address: Address | undefined,
  homeCountry: string,
): Whereabouts {
  const places = numbersOf(contact, address).map(placeOf);
  const countries = distinct([contact.country, ...places.map(({ country }) => country)]);
  const known = countries.length > 0 ? countries : [homeCountry];
  // "WA" is Washington in the US and elsewhere in Australia: a region says nothing without its country.
  const ownState = (contact.country ?? known[0]) === "US" ? contact.region : undefined;
  const states = distinct([ownState, ...places.map(({ state }) => state)]);
  const zones = statedZones(contact, address) ?? zonesOf(known, states);
  return { zones, countries: known, states };
}

/** The number that is written to; for a device, every number its owner has. */
function numbersOf(contact: Contact, address: Address | undefined): readonly string[] {
  if (address?.kind === "phone") return [address.value];
  return contact.addresses.flatMap((one) => (one.kind === "phone" ? [one.value] : []));
}

interface Place {
  readonly country: string | undefined;
  readonly state: string | undefined;
}

function placeOf(number: string): Place {
  const country = countryOfNumber(number);
  const areaCode = country === "US" ? areaCodeOf(number) : undefined;
  return { country, state: areaCode === undefined ? undefined : stateOfAreaCode(areaCode) };
}

function statedZones(contact: Contact, address: Address | undefined): readonly string[] | undefined {
  if (contact.timeZone) return [contact.timeZone];
  if (address?.kind === "device" && address.timeZone) return [address.timeZone];
  const ofDevices = contact.addresses.map((one) => (one.kind === "device" ? one.timeZone : undefined));
  const stated = distinct(ofDevices);
  return stated.length > 0 ? stated : undefined;
}

function zonesOf(countries: readonly string[], states: readonly string[]): readonly string[] {
  const [only] = countries;
  if (countries.length === 1 && only !== undefined) return zonesIn(only, states);
  return distinct(countries.flatMap((country) => zonesIn(country, states)));
}

/** All zones of a country, unless it is the US and we know the states: then all zones of those. */
function zonesIn(country: string, states: readonly string[]): readonly string[] {
  if (country !== "US") return zonesOfCountry(country);
  const ofStates = distinct(states.flatMap((state) => zonesOfState(state) ?? []));
  return ofStates.length > 0 ? ofStates : zonesOfCountry(country);
}

const countryZones = new Map<string, readonly string[]>();

function zonesOfCountry(country: string): readonly string[] {
  const known = countryZones.get(country);
  if (known) return known;
  const zones = zonesInUse(country);
  const found = distinct(zones.length > 0 ? zones : ["UTC"]);
  countryZones.set(country, found);
  return found;
}

/** Sorted, so that the order of a contact's addresses decides nothing. */
function distinct(values: readonly (string | undefined)[]): string[] {
  const found: string[] = [];
  for (const value of values) if (value !== undefined && !found.includes(value)) found.push(value);
  return found.length > 1 ? found.sort() : found;
}
