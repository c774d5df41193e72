import { groupOf } from "../../functions/senders/lanes.ts";
import { groupsOf, lanesOf } from "../../functions/senders/rate.ts";
import { run } from "./scenario.ts";

// A backlog of so many messages with codes arriving all the while; a process of its own, for the memory it takes.
const [messages = 0, mps = 1, codes = 1] = process.argv.slice(2).map(Number);
// Lines of the log are the product's; here only figures count.
Object.assign(console, { log: () => undefined, warn: () => undefined, error: () => undefined });
const { calls: _, ...result } = await run({
  name: "backlog",
  mps,
  messages,
  // Whole seconds, which name the codes.
  urgentEvery: Math.max(1, Math.floor(messages / mps / (codes + 1))),
});
process.send?.({ ...result, allGroupsWithin: allGroupsWithin() });
process.disconnect?.();

/** How far into the backlog one has to look to see a message of every group. */
function allGroupsWithin(): number {
  const groups = groupsOf(lanesOf({ mps }).bulk);
  const seen = new Set<string>();
  for (let index = 0; index < messages; index += 1) {
    seen.add(groupOf(`con_B${String(index).padStart(25, "0")}`, groups));
    if (seen.size === groups) return index + 1;
  }
  return messages;
}
