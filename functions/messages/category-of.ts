import type { Business } from "../business/business.ts";
import { type Category, keywordAnswer } from "./category.ts";
import type { Message } from "./message.ts";

/** The category a message was sent under; undefined when the business has removed it since. */
export function categoryOf(business: Pick<Business, "categories">, message: Message): Category | undefined {
  if (message.replyTo) return keywordAnswer;
  return business.categories.find(({ id }) => id === message.category);
}

/** Whether a message takes its sender's urgent lane. */
export function isUrgentIn(business: Pick<Business, "categories">): (message: Message) => boolean {
  return (message) => categoryOf(business, message)?.urgency === 3;
}
