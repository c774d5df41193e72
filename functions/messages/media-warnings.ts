import * as z from "zod/mini";

/** What a preview says of files that some carrier may not take. */
export const MediaWarnings = z
  .array(
    z.object({
      field: z.string(),
      senderId: z.optional(
        z.string().check(z.describe("Whose carriers. Without it, no picture message carries the file.")),
      ),
      message: z.string(),
    }),
  )
  .check(z.describe("Files that some carrier may not take; the message goes out all the same."));
/** What a preview says of files that some carrier may not take. */
export type MediaWarnings = z.infer<typeof MediaWarnings>;
