import { type Business, declareBusiness } from "../../functions/business/business.ts";
import { business as declared } from "../../heliograph.config.ts";

/** The business as it is declared, but for a number so slow that messages wait for their slots. */
export const business: Business = declareBusiness({
  ...declared,
  senders: declared.senders.map((sender) => (sender.id === "uk-number" ? { ...sender, mps: 0.2 } : sender)),
});
