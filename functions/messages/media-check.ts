import type { Business } from "../business/business.ts";
import { type AboutMedia, doubtsAbout, type Media, mistakesIn } from "../channels/media.ts";
import { type FieldError, Problem } from "../platform/problem.ts";
import type { Sender } from "../senders/sender.ts";
import type { InspectMedia } from "./media-inspector.ts";
import { contentOn } from "./content.ts";
import type { MediaWarnings } from "./media-warnings.ts";
import type { Message } from "./message.ts";

/** What looking at the files of a message works with. */
export interface MediaUsing {
  readonly business: Pick<Business, "categories" | "senders">;
  /** @default files are taken as they are */
  readonly inspectMedia?: InspectMedia;
}

/** A message as far as its files go. */
type Sent = Pick<Message, "category" | "content" | "contents">;

/** Refuses files that no picture message could carry, when the message may become one; the field says which file. */
export async function assertMedia(message: Sent, isTemplate: boolean, using: MediaUsing): Promise<void> {
  const errors = await mediaMistakes(message, isTemplate, using);
  if (errors.length > 0) throw new Problem("body.invalid", errors);
}

/** Files that no picture message could carry, when the message may become one. */
export async function mediaMistakes(
  message: Sent,
  isTemplate: boolean,
  using: MediaUsing,
): Promise<readonly FieldError[]> {
  return mistakesIn(await mediaOf(message, using)).map(({ index, message: why }) => ({
    field: isTemplate ? "template" : fieldOf(index),
    message: isTemplate ? `has a file that ${why}: ${index + 1}` : why,
  }));
}

/** What a carrier might not take of a message's files, by the senders it may go from. */
export async function mediaWarnings(
  message: Sent,
  senders: readonly Sender[],
  using: MediaUsing,
): Promise<MediaWarnings> {
  const media = await mediaOf(message, using);
  return senders
    .filter(({ channels }) => channels.includes("mms"))
    .flatMap((sender) =>
      doubtsAbout(media, sender).map(({ index, message: why }: AboutMedia) => ({
        field: fieldOf(index),
        senderId: sender.id,
        message: why,
      })),
    );
}

async function mediaOf(message: Sent, { business, inspectMedia }: MediaUsing): Promise<readonly Media[]> {
  const { mediaUrls } = contentOn("mms", message);
  if (!inspectMedia || mediaUrls.length === 0 || !mayGoAsPicture(message, business)) return [];
  return Promise.all(mediaUrls.map(inspectMedia));
}

function mayGoAsPicture({ category }: Sent, { categories, senders }: MediaUsing["business"]): boolean {
  const { channels } = categories.find(({ id }) => id === category) ?? {};
  const isAllowed = channels === undefined || channels.includes("mms");
  return isAllowed && senders.some((sender) => sender.channels.includes("mms"));
}

function fieldOf(index: number): string {
  return `content.mediaUrls.${index}`;
}
