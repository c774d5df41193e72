import { ConsentMethod } from "../../functions/consent/consent.ts";
import { Purpose } from "../../functions/messages/category.ts";
import { type Command, oneOf, type Using, wordOf, WrongUsage } from "./command.ts";
import { type Contact, contactOf } from "./contact-of.ts";
import { statusIn } from "./paint.ts";
import { table, timeOf } from "./table.ts";

const options = {
  method: { does: "How the person said so", value: "how", oneOf: ConsentMethod.options },
  text: { does: "The words they agreed to", value: "text" },
  source: { does: "Where: a page, a form, a shop", value: "text" },
  address: { does: "For this address only, by id or value", value: "address" },
};

/** heliograph consent … */
export const consentCommands: readonly Command[] = [
  {
    name: "consent list",
    does: "Shows what a contact agreed to and the ledger that proves it.",
    takes: "<contact>",
    examples: ["consent list customer-4711"],
    run: async (given, { api, screen }) => {
      const contact = await contactOf(api(), wordOf(given, 0, "contact"));
      const consents = await api().getConsents(contact.id);
      const { paint } = screen;
      const states = consents.states.map(({ addressId, purpose, state, since }) => [
        valueOf(contact, addressId),
        purpose,
        statusIn(paint, state),
        timeOf(since),
      ]);
      const ledger = consents.ledger.map(({ at, addressId, purpose, state, method, source = "" }) => [
        timeOf(at),
        valueOf(contact, addressId),
        purpose,
        statusIn(paint, state),
        method,
        source,
      ]);
      screen.show(consents, () =>
        [
          table(["address", "purpose", "state", "since"], states, paint),
          "",
          table(["recorded", "address", "purpose", "state", "method", "source"], ledger, paint),
        ].join("\n"),
      );
    },
  },
  ...(["in", "out"] as const).map((state): Command => ({
    name: `consent ${state}`,
    does: `Records that a contact ${state === "in" ? "gave" : "withdrew"} consent for a purpose, for each of their addresses unless one is named.`,
    takes: "<contact> <purpose>",
    options,
    examples:
      state === "in"
        ? ['consent in customer-4711 marketing --method web-form --text "Yes, text me offers."']
        : ['consent out "+1 212 555 0123" marketing --method agent'],
    run: async (given, using) => {
      const contact = await contactOf(using.api(), wordOf(given, 0, "contact"));
      const purpose = oneOf(wordOf(given, 1, "purpose"), Purpose.options, "A purpose");
      const method = oneOf(given.option("method") ?? "", ConsentMethod.options, "--method");
      const [textShown, source] = [given.option("text"), given.option("source")];
      const proof = { purpose, state, method, ...(textShown && { textShown }), ...(source && { source }) };
      await record(contact, given.option("address"), proof, using);
    },
  })),
];

async function record(
  contact: Contact,
  wanted: string | undefined,
  proof: Omit<Parameters<ReturnType<Using["api"]>["recordConsent"]>[1], "addressId">,
  { api, screen }: Using,
): Promise<void> {
  const meant = contact.addresses.filter(
    ({ id, value }) => wanted === undefined || wanted === id || wanted === value,
  );
  if (meant.length === 0) throw new WrongUsage(`${contact.id} has no address${wanted ? ` ${wanted}` : ""}.`);
  const entries = [];
  for (const { id: addressId } of meant)
    entries.push(await api().recordConsent(contact.id, { ...proof, addressId }));
  screen.show(entries, () =>
    meant
      .map(({ value }) => `${value} is ${statusIn(screen.paint, proof.state)} for ${proof.purpose}`)
      .join("\n"),
  );
}

function valueOf({ addresses }: Contact, addressId: string): string {
  return addresses.find(({ id }) => id === addressId)?.value ?? addressId;
}
