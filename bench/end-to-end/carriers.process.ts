import type { Account } from "../../local/carriers/accounts.ts";
import { startCarriers } from "../../local/carriers/carriers.ts";
import { createClock } from "../../local/clock.ts";

// The simulated carriers: what they cost is not ours, and what they only wait for is left out.
const [port = "", text = ""] = process.argv.slice(2);
const { accounts, now }: { accounts: Account[]; now: number } = JSON.parse(text);
const clock = createClock(now, 1);
const carriers = await startCarriers({ clock, port: Number(port), accounts, random: () => 0 });

process.on("message", (asked: "usage" | "texts") => {
  if (asked === "usage") process.send?.(process.cpuUsage());
  else process.send?.(textsTaken());
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

function textsTaken(): readonly string[] {
  const { texts } = carriers.handsets.truth();
  return texts.filter(({ direction }) => direction !== "inbound").map(({ body }) => body);
}
