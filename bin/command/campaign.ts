import { readFileSync } from "node:fs";
import type { Heliograph, Reply } from "../../client/client.ts";
import { type Command, type Given, needed, type Screen, type Using, wordOf } from "./command.ts";
import { contentOptions, saidBy } from "./content.ts";
import { type Paint, statusIn } from "./paint.ts";
import { countOf, spanOf, table, timeOf } from "./table.ts";

type Campaign = Reply<Heliograph["getCampaign"]>;
type Status = Reply<Heliograph["getMessage"]>["status"];
type Line = Reply<Heliograph["listCampaignMessages"]>["messages"][number];
type Preview = Reply<Heliograph["previewCampaign"]>;

/** Most recipients on one page. */
const pageSize = 1_000;

/** heliograph campaign … */
export const campaignCommands: readonly Command[] = [
  {
    name: "campaign list",
    does: "Lists the campaigns, newest first.",
    examples: ["campaign list"],
    run: async (_, { api, screen }) => {
      const { campaigns } = await api().listCampaigns();
      const rows = campaigns.map(({ id, name, category, state, createdAt }) => [
        id,
        name,
        category,
        state,
        timeOf(createdAt),
      ]);
      screen.show(campaigns, () =>
        table(["campaign", "name", "category", "state", "created"], rows, screen.paint),
      );
    },
  },
  {
    name: "campaign create",
    does: "Creates a campaign; nothing is sent before its launch.",
    takes: "<name> [text]",
    options: {
      category: { does: "What kind of message it is", value: "id" },
      ...contentOptions,
      at: { does: "Not before this time", value: "time" },
    },
    examples: [
      'campaign create "Autumn sale" "20 % off until Sunday." --category offer',
      'campaign create "Packed" --category delivery-update --template order-packed --var order=A-1001 --var parcels=2',
    ],
    run: async (given, { api, screen }) => {
      const startAt = given.option("at");
      const asked = {
        name: wordOf(given, 0, "name"),
        category: needed(given, "category"),
        ...(await saidBy(given, given.words[1], api())),
      };
      showCampaign(await api().createCampaign({ ...asked, ...(startAt && { startAt }) }), screen);
    },
  },
  {
    name: "campaign add",
    does: "Adds recipients from a file with a contact id or an id of your own on each line.",
    takes: "<campaign>",
    options: { file: { does: "The file", value: "path" } },
    examples: ["campaign add cmp_01… --file customers.txt"],
    run: addRecipients,
  },
  {
    name: "campaign preview",
    does: "Decides without sending: who would get it, who would not and why, cost and duration.",
    takes: "<campaign>",
    examples: ["campaign preview cmp_01…"],
    run: async (given, { api, screen }) => {
      const preview = await api().previewCampaign(wordOf(given, 0, "campaign"));
      screen.show(preview, () => previewOf(preview, screen.paint));
      for (const { field, senderId, message } of preview.warnings)
        screen.note(`${senderId === undefined ? field : `${field} by ${senderId}`}: ${message}.`);
    },
  },
  onCampaign("show", "Shows how many of its recipients stand where.", (api, id) => api.getCampaign(id)),
  {
    name: "campaign messages",
    does: "Lists its messages: everybody's, or whose is in a status, with the reason.",
    takes: "<campaign>",
    options: { status: { does: "Only those in a status", value: "status" } },
    examples: ["campaign messages cmp_01… --status suppressed"],
    run: listMessages,
  },
  onCampaign("launch", "Launches it, now or at its time.", (api, id) => api.launchCampaign(id)),
  onCampaign("pause", "Stops it within a minute; what would go out waits.", (api, id, given) =>
    api.pauseCampaign(id, { reason: needed(given, "reason") }),
  ),
  onCampaign("resume", "Lets it go on.", (api, id) => api.resumeCampaign(id)),
  onCampaign("cancel", "Calls it off for good.", (api, id) => api.cancelCampaign(id)),
];

function onCampaign(
  verb: string,
  does: string,
  act: (api: Heliograph, id: string, given: Given) => Promise<Campaign>,
): Command {
  const isPause = verb === "pause";
  return {
    name: `campaign ${verb}`,
    does,
    takes: "<campaign>",
    options: isPause ? { reason: { does: "Why, for those who come after", value: "text" } } : {},
    examples: [`campaign ${verb} cmp_01…${isPause ? ' --reason "wrong prices"' : ""}`],
    run: async (given, { api, screen }) =>
      showCampaign(await act(api(), wordOf(given, 0, "campaign"), given), screen),
  };
}

/** A page is known by its number: the same file again changes nothing. */
async function addRecipients(given: Given, { api, screen, signal }: Using): Promise<void> {
  const id = wordOf(given, 0, "campaign");
  const people = readFileSync(needed(given, "file"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const [pages, unknown]: [number, string[]] = [Math.ceil(people.length / pageSize), []];
  let recipients = 0;
  for (let page = 0; page < pages; page += 1) {
    const some = people.slice(page * pageSize, (page + 1) * pageSize);
    const contactIds = some.filter((one) => one.startsWith("con_"));
    const externalIds = some.filter((one) => !one.startsWith("con_"));
    const added = await api().addRecipients(id, String(page + 1), { contactIds, externalIds }, { signal });
    recipients += added.recipients;
    unknown.push(...added.unknown);
    screen.progress(`page ${page + 1} of ${pages}: ${countOf(recipients, "recipient")}`);
  }
  for (const one of unknown) screen.note(`No contact is known by ${one}.`);
  screen.show(
    { recipients, unknown },
    () => `${countOf(recipients, "recipient")} on ${countOf(pages, "page")}`,
  );
}

async function listMessages(given: Given, { api, screen, signal }: Using): Promise<void> {
  const id = wordOf(given, 0, "campaign");
  const status = given.option("status") as Status | undefined;
  const lines: Line[] = [];
  const list = api().listCampaignMessages.each(id, { ...(status && { status }), limit: 100 }, { signal });
  for await (const line of list) lines.push(line);
  screen.show(lines, () =>
    table(
      ["message", "contact", "status", "reason", "by"],
      lines.map((line) => [
        line.id,
        line.contactId,
        statusIn(screen.paint, line.status),
        line.reason ?? "",
        line.senderId ?? "",
      ]),
      screen.paint,
    ),
  );
}

function showCampaign(campaign: Campaign, { paint, show }: Screen): void {
  show(campaign, () => {
    const counts = Object.entries(campaign.counts).filter(([, count]) => count > 0);
    const why = Object.entries(campaign.suppressedBy).map(([reason, count]) => [
      `suppressed: ${reason}`,
      String(count),
    ]);
    const rows = [...counts.map(([standing, count]) => [standing, String(count)]), ...why];
    const head = `${paint.strong(campaign.id)}  ${campaign.name}  ${statusIn(paint, campaign.status)}`;
    return `${head}\n${countOf(campaign.recipients, "recipient")}\n${table(["stand", "how many"], rows, paint)}`;
  });
}

function previewOf(preview: Preview, paint: Paint): string {
  const { recipients, looked, text, sends, held, suppressed, carrierUsd, carrierUsdAtMost, etaSeconds } =
    preview;
  const ways = sends.map((way) => [
    way.channel,
    way.senderId,
    String(way.messages),
    String(way.segments),
    way.carrierUsd.toFixed(2),
    spanOf(way.etaSeconds),
  ]);
  const waiting = held.map(({ reason, recipients: some }) => ["waits first", reason, String(some)]);
  const without = suppressed.map(({ reason, recipients: some }) => ["does not get it", reason, String(some)]);
  return [
    `${countOf(recipients, "recipient")}, ${looked} of them looked at; ${countOf(text.segments, "segment")} of ${text.encoding} as a text`,
    table(["channel", "sender", "messages", "segments", "USD", "sent in"], ways, paint),
    table(["", "why", "recipients"], [...waiting, ...without], paint),
    `carriers charge ${carrierUsd.toFixed(2)} USD, at most ${carrierUsdAtMost.toFixed(2)}; sent in ${spanOf(etaSeconds)}`,
  ].join("\n");
}
