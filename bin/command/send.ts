import type { Body, Heliograph } from "../../client/client.ts";
import { type Command, type Given, needed, type Using, wordOf, WrongUsage } from "./command.ts";
import { contactOf } from "./contact-of.ts";
import { contentOptions, saidBy } from "./content.ts";
import { statusIn } from "./paint.ts";
import { sendFile } from "./send-file.ts";
import { timeOf } from "./table.ts";
import { waitFor } from "./wait.ts";

/** heliograph send */
export const sendCommand: Command = {
  name: "send",
  does: "Sends a message to a contact, or one for each line of a file.",
  takes: "<contact> [text]",
  options: {
    category: { does: "What kind of message it is, as declared in heliograph.config.ts", value: "id" },
    ...contentOptions,
    at: { does: "Not before this time", value: "time" },
    expires: { does: "Not after this time", value: "time" },
    once: { does: "Your own key: asked again with the same one, nothing is sent again", value: "key" },
    wait: { does: "Waits until it is known what became of it; fails unless it arrived" },
    file: {
      does: "A file with one message a line, as JSON as POST /v1/messages takes it; - reads from a pipe",
      value: "path",
    },
  },
  examples: [
    'send "+1 212 555 0123" "Your parcel arrives today." --category delivery-update',
    'send customer-4711 "Thank you." --category receipt --subject "Your receipt"',
    'send customer-4711 "See you at 10?" --category appointment --at 2026-11-24T15:00:00Z',
    "send customer-4711 --category delivery-update --template order-packed --var order=A-1001 --var parcels=2",
    "send --file messages.jsonl --once november-news",
  ],
  run: async (given, using) => (given.option("file") ? sendFile(given, using) : sendOne(given, using)),
};

async function sendOne(given: Given, { api, screen, signal }: Using): Promise<number> {
  const whom = wordOf(given, 0, "contact");
  const said = await saidBy(given, given.words[1], api());
  const contact = await contactOf(api(), whom);
  const body: Body<Heliograph["sendMessage"]> = {
    contactId: contact.id,
    category: needed(given, "category"),
    ...said,
    ...timesOf(given),
  };
  const sent = await api().sendMessage(body, { idempotencyKey: given.option("once"), signal });
  const message = given.has("wait") ? await waitFor(sent.id, { api: api(), screen, signal }) : sent;
  screen.show(message, () => {
    const [first, ...later] = message.plan?.steps ?? [];
    const way = first ? ` by ${first.channel} from ${first.senderId}` : "";
    const others = later.map(({ channel }) => `, then ${channel}`).join("");
    const until = message.heldUntil ? ` until ${timeOf(message.heldUntil)}` : "";
    const why = message.reason ? ` (${message.reason})` : "";
    return `${message.id} ${statusIn(screen.paint, message.status)}${until}${way}${others}${why}`;
  });
  const arrived = message.status === "delivered" || message.status === "read";
  return given.has("wait") && !arrived ? 1 : 0;
}

function timesOf(given: Given): { sendAt?: string; expiresAt?: string } {
  const [at, expires] = [given.option("at"), given.option("expires")];
  return { ...(at && { sendAt: isoOf(at, "at") }), ...(expires && { expiresAt: isoOf(expires, "expires") }) };
}

function isoOf(time: string, option: string): string {
  const instant = Date.parse(time);
  if (Number.isNaN(instant)) throw new WrongUsage(`--${option} takes a time such as 2026-11-24T15:00:00Z.`);
  return new Date(instant).toISOString();
}
