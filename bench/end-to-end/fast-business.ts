import { declareBusiness } from "../../functions/business/business.ts";
import { business as declared } from "../../heliograph.config.ts";

/** Where people are, with the first of their numbers; each place has a sender of its own, so that many share the work. */
export const places = [
  { country: "US", timeZone: "America/New_York", firstNumber: 12_125_550_000 },
  { country: "GB", timeZone: "Europe/London", firstNumber: 447_400_120_000 },
  { country: "DE", timeZone: "Europe/Berlin", firstNumber: 4_915_123_450_000 },
  { country: "FR", timeZone: "Europe/Paris", firstNumber: 33_612_340_000 },
  { country: "IT", timeZone: "Europe/Rome", firstNumber: 393_123_450_000 },
  { country: "ES", timeZone: "Europe/Madrid", firstNumber: 34_612_340_000 },
  { country: "NL", timeZone: "Europe/Amsterdam", firstNumber: 31_612_340_000 },
  { country: "PL", timeZone: "Europe/Warsaw", firstNumber: 48_512_340_000 },
  { country: "SE", timeZone: "Europe/Stockholm", firstNumber: 46_701_230_000 },
  { country: "BE", timeZone: "Europe/Brussels", firstNumber: 32_470_120_000 },
  { country: "AT", timeZone: "Europe/Vienna", firstNumber: 43_664_120_000 },
  { country: "CH", timeZone: "Europe/Zurich", firstNumber: 41_781_230_000 },
] as const;

/** Segments a second that each sender may send: more than this machine can make. */
const mps = 100;

/** The declared business with a fast sender in each place. */
export const fastBusiness = declareBusiness({
  ...declared,
  connections: [{ id: "twilio-main", provider: "twilio" }],
  senders: places.map(({ country }, index) => ({
    id: `${country.toLowerCase()}-number`,
    kind: "long-code" as const,
    identity: `+1500555${1000 + index}`,
    channels: ["sms" as const],
    connection: "twilio-main",
    countries: [country],
    mps,
  })),
  api: { requestsPerSecond: 10_000, burst: 20_000 },
});
