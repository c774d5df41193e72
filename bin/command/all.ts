import { callCommand } from "./call.ts";
import { campaignCommands } from "./campaign.ts";
import type { Command } from "./command.ts";
import { completionCommands } from "./completion.ts";
import { consentCommands } from "./consent.ts";
import { contactCommands } from "./contact.ts";
import { explainCommand } from "./explain.ts";
import { messageCommands } from "./message.ts";
import { passedOn } from "./pass-on.ts";
import { sendCommand } from "./send.ts";
import { senderCommands } from "./senders.ts";
import { switchCommands } from "./switch.ts";
import { tailCommand } from "./tail.ts";

/** Everything the command line does, in the order of its help. */
export const commands: readonly Command[] = [
  sendCommand,
  explainCommand,
  tailCommand,
  ...contactCommands,
  ...consentCommands,
  ...messageCommands,
  ...campaignCommands,
  ...senderCommands,
  ...switchCommands,
  ...passedOn,
  callCommand,
  ...completionCommands(() => commands),
];
