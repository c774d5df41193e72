import { type Business, declareBusiness } from "../../functions/business/business.ts";
import { business as declared } from "../../heliograph.config.ts";

/** The business as it is declared, but for a number so slow that messages wait for their slots, and news that wait in cohorts. */
export const business: Business = declareBusiness({
  ...declared,
  senders: declared.senders.map((sender) => (sender.id === "uk-number" ? { ...sender, mps: 0.2 } : sender)),
  categories: [
    ...declared.categories,
    {
      id: "parcel-news",
      purpose: "transactional",
      urgency: 2,
      archival: 1,
      failover: { waitSeconds: 60, maxSteps: 2, grain: "cohort" },
    },
    {
      id: "campaign",
      purpose: "marketing",
      urgency: 1,
      archival: 1,
      channels: ["sms", "push"],
      failover: { waitSeconds: 300, maxSteps: 2 },
    },
  ],
});
