import * as z from "zod/mini";
import type { Operations } from "../platform/routes.ts";
import { Category } from "./category.ts";

/** A category as callers see it: what was declared, with what follows from it. */
export const CategoryView = z.object({
  ...Category.shape,
  capPerMonth: z.nullable(z.int()).check(z.describe("null: no cap.")),
  quietHours: z.enum(["hold", "exempt"]),
});

/** What callers can do with categories: they are declared in heliograph.config.ts. */
export const categoryRoutes = {
  listCategories: {
    at: "GET /v1/categories",
    does: "Lists the kinds of messages the business has declared.",
    reply: z.object({ categories: z.array(CategoryView) }),
  },
  getCategory: {
    at: "GET /v1/categories/{categoryId}",
    does: "Reads one category.",
    reply: CategoryView,
    problems: ["category.unknown"],
  },
} as const satisfies Operations;
