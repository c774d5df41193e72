import { type Command, type Given, needed, type Using, wordOf } from "./command.ts";
import { contactOf } from "./contact-of.ts";
import { storyOf } from "./explanation.ts";
import { outlookOf } from "./outlook.ts";
import { contentOptions, saidBy } from "./content.ts";

/** heliograph explain */
export const explainCommand: Command = {
  name: "explain",
  does: "Explains a message: what was decided with all points and reasons, every attempt and its proof. With --contact it explains what would be decided, and sends nothing.",
  takes: "[message or text]",
  options: {
    contact: { does: "Whom it would go to", value: "contact" },
    category: { does: "What kind of message it would be", value: "id" },
    text: { does: "What it would say", value: "text" },
    ...contentOptions,
  },
  examples: [
    "explain msg_01…",
    'explain --contact customer-4711 --category offer --text "20 % off until Sunday."',
  ],
  run: async (given, using) =>
    given.option("contact") ? explainAhead(given, using) : explainSent(given, using),
};

async function explainSent(given: Given, { api, screen }: Using): Promise<void> {
  const message = await api().getMessage(wordOf(given, 0, "message"));
  screen.show(message, () => storyOf(message, screen.paint));
}

async function explainAhead(given: Given, { api, screen }: Using): Promise<void> {
  const category = needed(given, "category");
  const said = await saidBy(given, given.option("text") ?? given.words[0], api());
  const contact = await contactOf(api(), needed(given, "contact"));
  const outlook = await api().previewMessage({ contactId: contact.id, category, ...said });
  screen.show(outlook, () => outlookOf(outlook, screen.paint));
}
