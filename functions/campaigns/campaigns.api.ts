import { business } from "../../heliograph.config.ts";
import { likelyShort } from "../links/likely.ts";
import { mediaInspector } from "../messages/media-inspector.ts";
import { intakeQueue } from "../messages/intake.store.ts";
import { messageStore } from "../messages/message.store.ts";
import { peopleStore } from "../messages/people.store.ts";
import { listView } from "../messages/view.ts";
import { type Call, onRoutes } from "../platform/api.ts";
import { tables } from "../platform/aws.store.ts";
import { busPublisher } from "../platform/bus.store.ts";
import { systemClock } from "../platform/clock.ts";
import { placeAt } from "../platform/cursor.ts";
import { doorOf } from "../platform/door.store.ts";
import { setting } from "../platform/env.ts";
import { Problem } from "../platform/problem.ts";
import type { Operation } from "../platform/routes.ts";
import { oneTimeSchedules } from "../platform/schedules.store.ts";
import { laneStore } from "../senders/lane.store.ts";
import { lift } from "../switches/lift.ts";
import { switchStore } from "../switches/switch.store.ts";
import { turnOff } from "../switches/turn.ts";
import { templateReader, templateStore } from "../templates/template.store.ts";
import type { Campaign } from "./campaign.ts";
import { campaignQueue } from "./campaign-queue.store.ts";
import { campaignStore } from "./campaign.store.ts";
import { campaignRoutes } from "./campaigns.routes.ts";
import { countCampaign, recountCampaign } from "./count-campaign.ts";
import { createCampaign } from "./create.ts";
import { callOff, launch } from "./launch.ts";
import { listCampaignMessages, RecipientPlace } from "./list-messages.ts";
import { pageLimit } from "./page.ts";
import { addRecipients } from "./recipients.ts";
import type { Tally } from "./tally.ts";
import { summaryOf, viewOf } from "./view.ts";

const dynamo = tables();
const switches = switchStore(dynamo, setting("COUNTERS_TABLE"));
const using = {
  campaigns: campaignStore(dynamo, setting("CAMPAIGNS_TABLE")),
  messages: messageStore(dynamo, setting("MESSAGES_TABLE")),
  people: peopleStore(dynamo, setting("CONTACTS_TABLE"), "a-moment-ago"),
  backlog: laneStore(setting("SENDER_QUEUES"), business.senders).backlog,
  sendWork: campaignQueue(setting("CAMPAIGNS_QUEUE_URL")),
  sendWorkLater: oneTimeSchedules({
    group: setting("HOLDS_GROUP"),
    roleArn: setting("HOLDS_ROLE_ARN"),
    queueArn: setting("CAMPAIGNS_QUEUE_ARN"),
  }),
  switches: switches.find,
  findTemplate: templateReader(templateStore(dynamo, setting("CATALOG_TABLE")), systemClock),
  inspectMedia: mediaInspector(systemClock),
  // A preview keeps no link.
  shorten: likelyShort(setting("LINKS", "")),
  business,
  clock: systemClock,
};
const turning = {
  switches,
  declared: business,
  messages: using.messages,
  sendToIntake: intakeQueue(setting("INTAKE_QUEUE_URL")),
  publish: busPublisher(setting("EVENT_BUS")),
  clock: systemClock,
};
const once = doorOf(dynamo, setting("COUNTERS_TABLE"));

/** Everything about campaigns. */
export const handler = onRoutes(
  campaignRoutes,
  {
    createCampaign: async ({ body, newId }) => view(await createCampaign(body, newId("cmp"), using)),
    listCampaigns: async ({ query: { limit, cursor } }) => {
      const campaigns = await using.campaigns.list(limit, cursor);
      const last = campaigns.length === limit ? campaigns.at(-1) : undefined;
      return { campaigns: campaigns.map(summaryOf), ...(last && { nextCursor: last.id }) };
    },
    getCampaign: async (call) => view(await campaignOf(call)),
    addRecipients: async ({ params, body }) => {
      const added = await addRecipients(params["campaignId"] ?? "", pageIn(params), body, using);
      return { page: added.number, recipients: added.recipients.length, unknown: added.unknown };
    },
    listCampaignMessages: async (call) => {
      const { id } = await campaignOf(call);
      const { limit, cursor, status } = call.query;
      const mark = [id, status];
      const start = placeAt(cursor, mark, RecipientPlace);
      return listView(await listCampaignMessages(id, { limit, status }, start, using), mark);
    },
    previewCampaign: async (call) => {
      // Deciding is much of the code, and only a preview needs it here.
      const { preview } = await import("./preview.ts");
      return preview(await campaignOf(call), call.query, using);
    },
    launchCampaign: async ({ params }) => view(await launch(params["campaignId"] ?? "", using)),
    pauseCampaign: async (call) => {
      const campaign = await campaignOf(call);
      if (campaign.state === "canceled") throw new Problem("campaign.canceled");
      await turnOff(switchOf(campaign, call.caller.keyId), call.body.reason, turning);
      return view(campaign);
    },
    resumeCampaign: async (call) => {
      const campaign = await campaignOf(call);
      await lift(switchOf(campaign, call.caller.keyId), turning);
      // Pages that were not decided on while it was paused.
      await using.sendWork([{ do: "start", campaignId: campaign.id }]);
      return view(campaign);
    },
    cancelCampaign: async ({ params }) => view(await callOff(params["campaignId"] ?? "", using)),
    countCampaign: async (call) => {
      const campaign = await campaignOf(call);
      return view(campaign, await recountCampaign(campaign.id, using));
    },
  },
  once,
);

type WithParams = Pick<Call<Operation>, "params">;

async function campaignOf({ params }: WithParams): Promise<Campaign> {
  const campaign = await using.campaigns.find(params["campaignId"] ?? "");
  if (!campaign) throw new Problem("campaign.not-found");
  return campaign;
}

function pageIn({ page = "" }: WithParams["params"]): number {
  const number = /^[1-9]\d{0,3}$/.test(page) ? Number(page) : Infinity;
  if (number > pageLimit)
    throw new Problem("request.invalid", [
      { field: "page", message: `is not a number from 1 to ${pageLimit}` },
    ]);
  return number;
}

function switchOf({ id }: Campaign, by: string) {
  return { scope: "campaign", id, by, at: systemClock.now() } as const;
}

async function view(campaign: Campaign, tallies?: readonly Tally[]) {
  const counted = tallies ?? (await countCampaign(campaign.id, using));
  return viewOf(campaign, counted, await using.switches());
}
