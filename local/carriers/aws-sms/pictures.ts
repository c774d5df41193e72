import * as z from "zod/mini";

/** Address of a file in a bucket. */
export const s3Address = /^s3:\/\/([^/]+)\/(.+)$/;

const WithFiles = z.object({ MediaUrls: z.optional(z.array(z.string())) });

/** Where a phone finds the pictures of a message; undefined when one of them is not in its bucket. */
export async function picturesAt(filesUrl: string, asked: unknown): Promise<readonly string[] | undefined> {
  const { MediaUrls = [] } = WithFiles.safeParse(asked).data ?? {};
  const pictures = await Promise.all(MediaUrls.map((address) => pictureAt(filesUrl, address)));
  return pictures.every((picture) => picture !== undefined) ? pictures : undefined;
}

async function pictureAt(filesUrl: string, address: string): Promise<string | undefined> {
  const [, bucket = "", key = ""] = s3Address.exec(address) ?? [];
  const url = `${filesUrl}/${bucket}/${key}`;
  if (!URL.canParse(url)) return undefined;
  const response = await fetch(url);
  if (!response.ok) return undefined;
  const file = await response.text();
  // On a laptop the address of a file stands in for it.
  return response.headers.get("content-type") === "text/uri-list" ? file : url;
}
