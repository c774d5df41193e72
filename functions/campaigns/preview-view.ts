import * as z from "zod/mini";
import { Channel } from "../channels/channel.ts";
import { MediaWarnings } from "../messages/media-warnings.ts";
import { pageLimit } from "./page.ts";

/** Which recipients a preview looks at. */
export const PreviewQuery = z.strictObject({
  /** This page in full. @default a sample of all pages */
  page: z.optional(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(pageLimit))),
  /** How many recipients are looked at. */
  sample: z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(1_000)), 200),
});

const count = z.int().check(z.minimum(0));
const Reasons = z.array(z.object({ reason: z.string(), recipients: count }));

/** What a launch would come to, for all recipients that are meant. */
export const Preview = z.object({
  recipients: count,
  /** Recipients that were decided on; fewer than all of them make every figure an estimate. */
  looked: count,
  /** As SMS, the longest of those looked at; units are septets or UTF-16 units. */
  text: z.object({ encoding: z.enum(["GSM-7", "UCS-2"]), segments: count, units: count }),
  /** By the first step of each recipient's plan. */
  sends: z.array(
    z.object({
      channel: Channel,
      senderId: z.string(),
      messages: count,
      segments: count,
      /** What the carrier charges, by the sender's declared price. */
      carrierUsd: z.number(),
      /** What waits for the sender already, in messages. */
      backlog: count,
      /** Seconds until all of it has been sent at the sender's rate. */
      etaSeconds: z.number(),
    }),
  ),
  /** How many would wait for an hour first, by the reason. */
  held: Reasons,
  suppressed: Reasons,
  /** If the first step is seen by everybody who gets one. */
  carrierUsd: z.number(),
  /** If every step of every plan is needed. */
  carrierUsdAtMost: z.number(),
  etaSeconds: z.number(),
  warnings: MediaWarnings,
});
/** What a launch would come to. */
export type Preview = z.infer<typeof Preview>;
