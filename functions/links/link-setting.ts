import * as z from "zod/mini";

/** What functions are told of short links when the business has them. */
export const LinkSetting = z.object({
  /** Where they are kept. */
  table: z.string(),
  /** What they begin with, without a trailing slash. */
  url: z.string(),
  keepDays: z.number(),
});
