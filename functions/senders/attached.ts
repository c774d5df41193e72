import { type Attachment, attachedBytesLimit } from "../channels/attachment.ts";
import type { Fetched } from "../platform/guarded-get.ts";
import type { Attached, AttachedFile } from "../providers/provider.ts";

/** Fetches a file, of at most so many bytes. */
export type FetchFile = (url: string, mostBytes: number) => Promise<Fetched>;

/** What a server says when its file is not there for now. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** The files of an e-mail, all of them or none. */
export async function attachedTo(
  attachments: readonly Attachment[],
  fetchFile: FetchFile,
): Promise<Attached> {
  const files: AttachedFile[] = [];
  let left = attachedBytesLimit;
  for (const attachment of attachments) {
    const fetched = await fetchFile(attachment.url, left);
    if (fetched.is !== "file") return missing(fetched);
    left -= fetched.bytes.length;
    const contentType = attachment.contentType ?? typeIn(fetched.contentType);
    files.push({
      name: attachment.name,
      bytes: fetched.bytes,
      ...(contentType !== undefined && { contentType }),
    });
  }
  return { are: "there", files };
}

function missing(fetched: Exclude<Fetched, { is: "file" }>): Attached {
  if (fetched.is === "too-large") return { are: "missing", reason: "attachments-too-large", isLasting: true };
  if (fetched.is === "failed") {
    const isLasting = fetched.reason === "forbidden-url" || fetched.reason === "forbidden-address";
    return {
      are: "missing",
      reason: isLasting ? "attachment-forbidden" : "attachment-unavailable",
      isLasting,
    };
  }
  const isLasting = fetched.status < 500 && !passing.has(fetched.status);
  return { are: "missing", reason: isLasting ? "attachment-not-found" : "attachment-unavailable", isLasting };
}

/** Without parameters: SES takes none. */
function typeIn(header: string | undefined): string | undefined {
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}/.exec(header?.trim() ?? "")?.[0];
}
