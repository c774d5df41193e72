/** Where people are, and which sender texts them: four fast ones share the work, as a business has them by country. */
export const places = [
  {
    country: "US",
    timeZone: "America/New_York",
    senderId: "us-number",
    identity: "+15005550006",
    numberAt: (index: number) => `+1212${5_550_000 + index}`,
  },
  {
    country: "GB",
    timeZone: "Europe/London",
    senderId: "uk-number",
    identity: "+447700900100",
    numberAt: (index: number) => `+44740${1_000_000 + index}`,
  },
  {
    country: "DE",
    timeZone: "Europe/Berlin",
    senderId: "de-number",
    identity: "+4915735980000",
    numberAt: (index: number) => `+4915123${400_000 + index}`,
  },
  {
    country: "FR",
    timeZone: "Europe/Paris",
    senderId: "fr-number",
    identity: "+33700555000",
    numberAt: (index: number) => `+33612${300_000 + index}`,
  },
] as const;

/** Segments a second that each of them may send. */
export const mps = 400;
