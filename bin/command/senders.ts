import type { Heliograph, Reply } from "../../client/client.ts";
import { type Command, needed, type Screen, wordOf, WrongUsage } from "./command.ts";
import { spanOf, table } from "./table.ts";

type Sender = Reply<Heliograph["getSender"]>;

/** heliograph senders … */
export const senderCommands: readonly Command[] = [
  {
    name: "senders",
    does: "Lists the senders: rate, backlog, and when it will have been sent.",
    examples: ["senders", "senders --json"],
    run: async (_, { api, screen }) => {
      const { senders } = await api().listSenders();
      showSenders(senders, senders, screen);
    },
  },
  {
    name: "senders pause",
    does: "Stops a sender; its messages wait.",
    takes: "<sender>",
    options: { reason: { does: "Why, for those who come after", value: "text" } },
    examples: ['senders pause us-number --reason "carrier complains"'],
    run: async (given, { api, screen }) => {
      const sender = await api().pauseSender(wordOf(given, 0, "sender"), { reason: needed(given, "reason") });
      showSenders(sender, [sender], screen);
    },
  },
  {
    name: "senders resume",
    does: "Lets a stopped sender go on.",
    takes: "<sender>",
    examples: ["senders resume us-number"],
    run: async (given, { api, screen }) => {
      const sender = await api().resumeSender(wordOf(given, 0, "sender"));
      showSenders(sender, [sender], screen);
    },
  },
  {
    name: "senders pace",
    does: "Slows a sender down; with “declared” its own rate takes effect again.",
    takes: "<sender> <segments a second>",
    examples: ["senders pace us-number 2", "senders pace us-number declared"],
    run: async (given, { api, screen }) => {
      const rate = wordOf(given, 1, "segments a second");
      const mps = rate === "declared" ? null : Number(rate);
      if (Number.isNaN(mps)) throw new WrongUsage(`The pace is a number or “declared”, not ${rate}.`);
      const sender = await api().setSenderPace(wordOf(given, 0, "sender"), { mps });
      showSenders(sender, [sender], screen);
    },
  },
];

function showSenders(answer: unknown, senders: readonly Sender[], { paint, show }: Screen): void {
  const rows = senders.map((sender) => {
    const { urgent, bulk, inFlight, isShared } = sender.backlog;
    const waiting = urgent + bulk + inFlight;
    return [
      sender.id,
      sender.kind,
      sender.channels.join(", "),
      sender.reducedTo === undefined ? String(sender.mps) : `${sender.reducedTo} of ${sender.mps}`,
      `${waiting}${isShared ? " (shared)" : ""}`,
      waiting > 0 ? spanOf(sender.etaSeconds) : "",
      sender.today ? `${sender.today.used} of ${sender.today.cap}` : "",
      sender.paused ? paint.bad(`paused: ${sender.paused.reason}`) : "",
    ];
  });
  const headings = ["sender", "kind", "channels", "a second", "waiting", "sent in", "today", ""];
  show(answer, () => table(headings, rows, paint));
}
