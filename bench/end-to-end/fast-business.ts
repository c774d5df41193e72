import { declareBusiness } from "../../functions/business/business.ts";
import { business as declared } from "../../heliograph.config.ts";

/** Where people are, with the first of their numbers; each place has a sender of its own. */
export const places = [
  { country: "US", timeZone: "America/New_York", firstNumber: 12_125_550_000 },
  { country: "GB", timeZone: "Europe/London", firstNumber: 447_400_120_000 },
] as const;

/** Segments a second that each sender may send: more than this machine can make. Every sender has workers of its own, who all start cold. */
const mps = 400;

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
