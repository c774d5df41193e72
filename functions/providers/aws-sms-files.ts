import { hash } from "node:crypto";
import { typeOf } from "../channels/media.ts";
import type { Clock } from "../platform/clock.ts";
import type { File, KeepFile } from "../platform/files.store.ts";
import type { Guard } from "../platform/guarded-call.ts";
import { guardedGet } from "../platform/guarded-get.ts";
import type { Brought } from "./provider.ts";

const picture = 2 * 1024 * 1024;
const other = 600 * 1024;

/** The largest file of each type that AWS takes (docs.aws.amazon.com/sms-voice/latest/userguide/mms-limitations-character.html). */
const largest: ReadonlyMap<string, number> = new Map([
  ["image/gif", picture],
  ["image/jpeg", picture],
  ["image/jpg", picture],
  ["image/png", picture],
  ["image/tiff", other],
  ["audio/3gpp", other],
  ["audio/3gpp2", other],
  ["audio/amr", other],
  ["audio/mp4", other],
  ["audio/mpeg", other],
  ["audio/ogg", other],
  ["video/3gpp", other],
  ["video/3gpp2", other],
  ["video/mp4", other],
  ["video/quicktime", other],
  ["video/webm", other],
  ["text/calendar", other],
  ["text/vcard", other],
  ["text/x-vcard", other],
  ["application/pdf", other],
]);

/** A file that is sent to many is brought once in this time. */
const keptMilliseconds = 5 * 60_000;
const keptLimit = 500;
/** Half of what AWS waits for a batch is left for sending it. */
const patienceMilliseconds = 10_000;

/** Gets a file, or says why there is none that could be sent. */
export type GetFile = (url: string) => Promise<File | { readonly unfit: string }>;

/** What bringing files works with. */
export interface BringUsing {
  readonly getFile: GetFile;
  readonly keepFile: KeepFile;
  readonly clock: Pick<Clock, "now">;
}

/** Brings the file of a picture message into a bucket of ours: AWS takes files from nowhere else, and one a message. */
export function bringingFiles({ getFile, keepFile, clock }: BringUsing) {
  const kept = new Map<string, { readonly at: number; readonly address: string }>();
  return async ([url = "", ...more]: readonly string[]): Promise<Brought> => {
    if (more.length > 0) return { is: "refused", reason: "too-many-files" };
    const known = kept.get(url);
    if (known && clock.now() - known.at < keptMilliseconds)
      return { is: "brought", mediaUrls: [known.address] };
    const file = await getFile(url);
    if ("unfit" in file) return { is: "refused", reason: file.unfit };
    // Named by what is in it: the same file twice is one.
    const address = await keepFile(hash("sha256", file.bytes), file);
    if (kept.size >= keptLimit) kept.clear();
    kept.set(url, { at: clock.now(), address });
    return { is: "brought", mediaUrls: [address] };
  };
}

/** Gets files from public addresses, as far as AWS takes them. */
export function fileGetter(guard: Guard = {}): GetFile {
  return async (url) => {
    const got = await guardedGet(url, picture, { timeoutMilliseconds: patienceMilliseconds, ...guard });
    if (got.is === "too-large") return { unfit: "file-too-large" };
    if (got.is !== "file") return { unfit: "file-unreachable" };
    const type = typeOf({ url, type: got.contentType }) ?? "";
    const limit = largest.get(type);
    if (limit === undefined) return { unfit: "file-type-unsupported" };
    return got.bytes.length > limit ? { unfit: "file-too-large" } : { type, bytes: got.bytes };
  };
}

/** On a laptop nothing is asked of the Internet: where a file is stands in for it. */
export const getAddress: GetFile = async (url) => ({ type: "text/uri-list", bytes: Buffer.from(url) });
