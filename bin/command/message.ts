import { type Command, wordOf } from "./command.ts";
import { statusIn } from "./paint.ts";
import { waitFor } from "./wait.ts";

/** heliograph message … */
export const messageCommands: readonly Command[] = [
  {
    name: "message show",
    does: "Shows where a message stands.",
    takes: "<message>",
    options: { wait: { does: "Waits until it has come to its end" } },
    examples: ["message show msg_01… --wait"],
    run: async (given, { api, screen, signal }) => {
      const id = wordOf(given, 0, "message");
      const message = given.has("wait")
        ? await waitFor(id, { api: api(), screen, signal })
        : await api().getMessage(id);
      screen.show(message, () => `${message.id} ${statusIn(screen.paint, message.status)}`);
    },
  },
  {
    name: "message cancel",
    does: "Cancels a message that no provider has been given yet.",
    takes: "<message>",
    examples: ["message cancel msg_01…"],
    run: async (given, { api, screen }) => {
      const message = await api().cancelMessage(wordOf(given, 0, "message"));
      screen.show(message, () => `${message.id} ${statusIn(screen.paint, message.status)}`);
    },
  },
];
