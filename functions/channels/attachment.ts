import * as z from "zod/mini";
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
  url: z.url().check(
    z.maxLength(2_000),
    z.refine(
      (url) => !URL.canParse(url) || mayBeCalled(new URL(url), mayCallThisMachine()),
      "is not an https address that everybody could fetch",
    ),
    z.describe("Where it is fetched from when the e-mail is sent, by https and without a redirect."),
  ),
  name: z.string().check(
    z.minLength(1),
    z.maxLength(120),
    z.regex(/^[^\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+$/u, "has a letter that no file's name has everywhere"),
    z.refine(
      (name) => !endings.has(endingOf(name)),
      "ends like a program, which Amazon SES takes from nobody",
    ),
    z.describe("What the file is called in the e-mail."),
  ),
  contentType: z.optional(
    z
      .string()
      .check(
        z.regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/),
        z.describe("What kind of file it is. By default what its server says, or its name."),
      ),
  ),
});
/** A file that an e-mail takes along. */
export type Attachment = z.infer<typeof Attachment>;

/** The files of an e-mail. */
export const Attachments = z.array(Attachment).check(z.maxLength(mostAttachments));

function endingOf(name: string): string {
  return name
    .slice(name.lastIndexOf(".") + 1)
    .trim()
    .toLowerCase();
}
