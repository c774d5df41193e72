import * as z from "zod/mini";
import { pageSize } from "./page.ts";

const campaignId = z.string().check(z.startsWith("cmp_"));
const page = z.int().check(z.minimum(1));
const place = z.int().check(z.minimum(0));

/** On the campaigns' queue: what is to be done, about a campaign or about one of its pages. Ids and places only. */
export const CampaignWork = z.discriminatedUnion("do", [
  /** Its time has come, or it goes on: takes up every page that is left. */
  z.object({ do: z.literal("start"), campaignId }),
  /** Decides on everybody of a page. */
  z.object({ do: z.literal("expand"), campaignId, page }),
  /** The hour has come for those of a page who stand at these places. */
  z.object({
    do: z.literal("release"),
    campaignId,
    page,
    at: z.int(),
    who: z.array(place).check(z.maxLength(pageSize)),
  }),
  /** Looks whether messages of a page have come to a stop. */
  z.object({ do: z.literal("look"), campaignId, page }),
  /** Counts a page: who was still on their way, or everybody. */
  z.object({ do: z.literal("count"), campaignId, page, isFull: z.boolean() }),
  /** Calls off what no provider has been given yet. */
  z.object({ do: z.literal("cancel"), campaignId, page }),
]);
/** On the campaigns' queue: what is to be done. */
export type CampaignWork = z.infer<typeof CampaignWork>;

/** Puts work on the campaigns' queue. */
export type SendWork = (works: readonly CampaignWork[]) => Promise<void>;

/** Puts work on the campaigns' queue at an instant; the same name again is the same work. */
export type SendWorkLater = (name: string, at: number, work: CampaignWork) => Promise<void>;
