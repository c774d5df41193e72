import type { Sender } from "../senders/sender.ts";

/** What is known of a file that a message takes along; a server may keep either to itself. */
export interface Media {
  readonly url: string;
  readonly type?: string | undefined;
  readonly bytes?: number | undefined;
}

/** A mistake or a doubt about one of the files. */
export interface AboutMedia {
  readonly index: number;
  readonly message: string;
}

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;

/** All files of a picture message and its text together (twilio.com/docs/messaging/guides/accepted-mime-types). */
const mostBytes = 5 * megabyte;

/** Pictures that the provider makes as small as a carrier wants them; everything else goes as it is. */
const fitted: ReadonlySet<string> = new Set(["image/jpeg", "image/jpg", "image/png", "image/gif"]);

/** What else is taken (the same page): calendars, contacts and documents by name, sound and moving pictures of any kind. */
const taken: ReadonlySet<string> = new Set([
  "image/bmp",
  "image/tiff",
  "image/heic",
  "image/heif",
  "text/vcard",
  "text/x-vcard",
  "text/csv",
  "text/rtf",
  "text/richtext",
  "text/calendar",
  "text/directory",
  "application/pdf",
  "application/vcard",
  "application/vnd.apple.pkpass",
]);

/** What a name ends with, where a server does not say what it serves. */
const byEnding: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  png: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  svg: "image/svg+xml",
  avif: "image/avif",
  pdf: "application/pdf",
  zip: "application/zip",
  html: "text/html",
  mp4: "video/mp4",
};

/** What US carriers take of files that nobody makes smaller, by the kind of sender (Twilio's help centre, "MMS file size limits"). */
const carriers: Readonly<Record<string, Readonly<Record<"number" | "toll-free" | "short-code", number>>>> = {
  "AT&T": { number: megabyte, "toll-free": 600 * kilobyte, "short-code": 600 * kilobyte },
  "T-Mobile": { number: 1.5 * megabyte, "toll-free": 600 * kilobyte, "short-code": megabyte },
  Verizon: { number: megabyte, "toll-free": 600 * kilobyte, "short-code": 1.2 * megabyte },
};

/** What no picture message can carry: the file, and why. */
export function mistakesIn(media: readonly Media[]): AboutMedia[] {
  const types = media.flatMap((one, index) => {
    const type = typeOf(one);
    return type === undefined || isTaken(type)
      ? []
      : [{ index, message: `is ${type}, which picture messages do not carry` }];
  });
  let sum = 0;
  const tooLarge = media.findIndex(({ bytes = 0 }) => (sum += bytes) > mostBytes);
  if (tooLarge === -1) return types;
  const message = `makes more than ${sizeOf(mostBytes)}, all that a picture message takes`;
  return [...types, { index: tooLarge, message }];
}

/** What may be too much for some carrier, from a sender of this kind. */
export function doubtsAbout(media: readonly Media[], { kind }: Pick<Sender, "kind">): AboutMedia[] {
  const sender = kind === "toll-free" || kind === "short-code" ? kind : "number";
  return media.flatMap((one, index) => {
    const { bytes = 0 } = one;
    if (fitted.has(typeOf(one) ?? "")) return [];
    const refusing = Object.entries(carriers).filter(([, limits]) => bytes > limits[sender]);
    if (refusing.length === 0) return [];
    const names = refusing.map(([name, limits]) => `${name} (${sizeOf(limits[sender])})`).join(", ");
    return [{ index, message: `has ${sizeOf(bytes)}, which may be too much for ${names}` }];
  });
}

/** What kind of file it is: by what its server says, or by how its name ends. */
export function typeOf({ url, type }: Pick<Media, "url" | "type">): string | undefined {
  const said = type?.split(";")[0]?.trim().toLowerCase();
  // What servers say of files they know nothing of.
  if (said && said !== "application/octet-stream" && said !== "binary/octet-stream") return said;
  const [, ending = ""] = /\.(\w+)$/.exec(URL.canParse(url) ? new URL(url).pathname : "") ?? [];
  return byEnding[ending.toLowerCase()];
}

function isTaken(type: string): boolean {
  return (
    fitted.has(type) ||
    taken.has(type) ||
    /^(audio|video)\/|^application\/(msword|vnd\.(ms-|openxmlformats-))/.test(type)
  );
}

function sizeOf(bytes: number): string {
  return bytes >= megabyte ? `${round(bytes / megabyte)} MB` : `${round(bytes / kilobyte)} KB`;
}

function round(size: number): number {
  return Math.round(size * 10) / 10;
}
