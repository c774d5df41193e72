import { Category } from "../../functions/messages/category.ts";
import { business as declared } from "../../heliograph.config.ts";

/** The sender that is measured. */
export const senderId = "us-number";

/** Goes at any hour, so that what is measured is the pace. */
export const bulkCategory = Category.parse({
  id: "bulk",
  purpose: "transactional",
  urgency: 1,
  archival: 0,
  quietHours: "exempt",
});
/** The declared category of urgent messages. */
export const urgentCategoryId = "one-time-code";

/** The declared business, its sender at another rate. */
export function businessAt(mps: number): typeof declared {
  const [first, ...others] = declared.senders.map((sender) =>
    sender.id === senderId ? { ...sender, mps } : sender,
  );
  if (!first) throw new Error("No sender is declared");
  return {
    ...declared,
    categories: [...declared.categories, bulkCategory] as typeof declared.categories,
    senders: [first, ...others],
  };
}
