import * as z from "zod/mini";
import { SendableContent } from "../messages/content.ts";
import { Status } from "../messages/message.ts";
import { MessageList } from "../messages/view.ts";
import { NextCursor, Page } from "../platform/cursor.ts";
import type { Operations } from "../platform/routes.ts";
import { TemplateRef } from "../templates/template.ts";
import { Campaign } from "./campaign.ts";
import { pageLimit, pageSize, variablesLimit } from "./page.ts";
import { Preview, PreviewQuery } from "./preview-view.ts";
import { CampaignSummary, CampaignView } from "./view.ts";

const eitherContent = { path: ["content"], message: "give either content or template" };

/** A campaign as a caller asks for it. */
export const NewCampaign = z
  .strictObject({
    name: Campaign.shape.name,
    category: z.string().check(z.maxLength(40)),
    content: z.optional(SendableContent),
    template: z.optional(
      TemplateRef.check(
        z.describe(
          "In place of content: written for each recipient, in their language. The version in use is kept; what is different for each comes with the recipients.",
        ),
      ),
    ),
    /** Not before this time. @default at its launch */
    startAt: z.optional(z.iso.datetime({ offset: true })),
  })
  .check(
    z.refine(({ content, template }) => (content === undefined) !== (template === undefined), eitherContent),
    z.meta({
      examples: [{ name: "Autumn sale", category: "offer", content: { text: "20 % off until Sunday." } }],
    }),
  );

/** A page of recipients as a caller gives it. */
export const Recipients = z
  .strictObject({
    contactIds: z._default(z.array(z.string().check(z.startsWith("con_"), z.maxLength(40))), []),
    externalIds: z._default(z.array(z.string().check(z.minLength(1), z.maxLength(128))), []),
    variables: z.optional(
      z
        .record(z.string().check(z.maxLength(128)), z.record(z.string().check(z.maxLength(40)), z.unknown()))
        .check(
          z.describe("What the template says differently to a recipient, by the id they stand under here."),
        ),
    ),
  })
  .check(
    z.refine(({ contactIds, externalIds }) => contactIds.length + externalIds.length > 0, {
      path: ["contactIds"],
      message: "give contactIds, externalIds or both",
    }),
    z.refine(({ contactIds, externalIds }) => contactIds.length + externalIds.length <= pageSize, {
      path: ["contactIds"],
      message: `has more than ${pageSize} recipients on one page`,
    }),
    z.refine(({ variables = {} }) => JSON.stringify(variables).length <= variablesLimit, {
      path: ["variables"],
      message: `are longer than ${variablesLimit} characters on one page`,
    }),
    z.meta({ examples: [{ externalIds: ["4711", "4712"] }] }),
  );

const PageAdded = z.object({
  page: z.int(),
  /** Each person counts once. */
  recipients: z.int(),
  /** External ids that no contact has. */
  unknown: z.array(z.string()),
});

const Reason = z.object({ reason: z.string().check(z.minLength(1), z.maxLength(200)) });

/** What callers can do with campaigns. */
export const campaignRoutes = {
  createCampaign: {
    at: "POST /v1/campaigns",
    does: "Creates a campaign: one content to many people. Nothing is sent before its launch.",
    body: NewCampaign,
    reply: CampaignView,
    status: 201,
    creates: true,
    problems: ["category.not-found", "template.unknown"],
  },
  listCampaigns: {
    at: "GET /v1/campaigns",
    does: "Lists the campaigns, newest first; the next page begins at `nextCursor`.",
    query: z.extend(Page, {
      cursor: z.optional(
        z
          .string()
          .check(z.startsWith("cmp_"), z.maxLength(40), z.describe("`nextCursor` of the answer before.")),
      ),
    }),
    reply: z.object({ campaigns: z.array(CampaignSummary), nextCursor: NextCursor }),
  },
  getCampaign: {
    at: "GET /v1/campaigns/{campaignId}",
    does: "Reads a campaign and how many of its recipients stand where; their sum is always all of them. Of a large campaign each reading counts some pages and has the others counted: `countedAt` says how old the oldest count is.",
    reply: CampaignView,
    problems: ["campaign.not-found"],
  },
  listCampaignMessages: {
    at: "GET /v1/campaigns/{campaignId}/messages",
    does: "Lists the messages of a campaign in the order of its recipients: everybody's, or whose message is in a status, with the reason where there is one. Who is only queued is counted and not listed: their message is stored when its provider has answered. A page may be short and yet have a next one.",
    query: z.extend(Page, { status: z.optional(Status) }),
    reply: MessageList,
    problems: ["campaign.not-found"],
  },
  addRecipients: {
    at: "PUT /v1/campaigns/{campaignId}/recipients/{page}",
    does: `Adds a page of up to ${pageSize} recipients under a number from 1 to ${pageLimit}. The same list again changes nothing. A launched campaign takes up new pages at once.`,
    body: Recipients,
    reply: PageAdded,
    problems: ["campaign.not-found", "campaign.canceled", "page.taken"],
  },
  previewCampaign: {
    at: "GET /v1/campaigns/{campaignId}/preview",
    does: "Decides on recipients without sending: who would get it by which sender, who would not and why, what carriers charge and how long it takes. By a sample of all pages, or one page in full.",
    query: PreviewQuery,
    reply: Preview,
    problems: ["campaign.not-found", "category.not-found", "request.invalid"],
  },
  launchCampaign: {
    at: "POST /v1/campaigns/{campaignId}/launch",
    does: "Launches a campaign, now or at its time. Launched twice, it is launched once.",
    reply: CampaignView,
    status: 202,
    problems: [
      "campaign.not-found",
      "campaign.canceled",
      "campaign.empty",
      "campaign.files-unfit",
      "category.not-found",
    ],
  },
  pauseCampaign: {
    at: "POST /v1/campaigns/{campaignId}/pause",
    does: "Switches a campaign off: within a minute nothing of it goes out. What would waits and loses nothing but time.",
    body: Reason,
    reply: CampaignView,
    problems: ["campaign.not-found", "campaign.canceled", "switch.too-many"],
  },
  resumeCampaign: {
    at: "POST /v1/campaigns/{campaignId}/resume",
    does: "Switches it on again; what waited goes on within a minute.",
    reply: CampaignView,
    problems: ["campaign.not-found"],
  },
  cancelCampaign: {
    at: "POST /v1/campaigns/{campaignId}/cancel",
    does: "Calls a campaign off for good: every message that no provider has been given yet is canceled, page by page.",
    reply: CampaignView,
    status: 202,
    problems: ["campaign.not-found"],
  },
  countCampaign: {
    at: "POST /v1/campaigns/{campaignId}/count",
    does: "Has every page counted anew, ended messages included: proof that comes late changes how a message ended.",
    reply: CampaignView,
    status: 202,
    problems: ["campaign.not-found"],
  },
} as const satisfies Operations;
