import * as z from "zod";
import { mayCallThisMachine } from "../platform/env.ts";
import { mayBeCalled } from "../platform/safe-url.ts";
import refused from "./refused-endings.json" with { type: "json" };

const endings: ReadonlySet<string> = new Set(refused.endings);

/** Most files of one e-mail. */
export const mostAttachments = 10;
/** All files of one e-mail together, in bytes: well below what SES takes, and what most mailboxes do. */
export const attachedBytesLimit = 5 * 1024 * 1024;

/** A file that an e-mail takes along; it is fetched when the e-mail is sent. */
export const Attachment = z.strictObject({
  url: z
    .url()
    .max(2_000)
    .refine(
      // What is no address at all has been refused, and is looked at all the same.
      (url) => !URL.canParse(url) || mayBeCalled(new URL(url), mayCallThisMachine()),
      "is not an https address that everybody could fetch",
    )
    .describe("Where it is fetched from when the e-mail is sent, by https and without a redirect."),
  name: z
    .string()
    .min(1)
    .max(120)
    .regex(/^[^\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+$/u, "has a letter that no file's name has everywhere")
    .refine((name) => !endings.has(endingOf(name)), "ends like a program, which Amazon SES takes from nobody")
    .describe("What the file is called in the e-mail."),
  contentType: z
    .string()
    .regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/)
    .optional()
    .describe("What kind of file it is. By default what its server says, or its name."),
});
/** A file that an e-mail takes along. */
export type Attachment = z.infer<typeof Attachment>;

/** The files of an e-mail. */
export const Attachments = z.array(Attachment).max(mostAttachments);

function endingOf(name: string): string {
  return name
    .slice(name.lastIndexOf(".") + 1)
    .trim()
    .toLowerCase();
}
