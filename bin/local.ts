import { parseArgs } from "node:util";
import { build } from "./build.ts";
import { startLaptop } from "./laptop.ts";
import { synthesize } from "./synth.ts";

// npm start: Heliograph on this machine, from the template that would be deployed.
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "4000" },
    speed: { type: "string", default: "1" },
    data: { type: "string", default: ".local" },
    fresh: { type: "boolean", default: false },
    // Where time starts at the first run: an ISO time.
    now: { type: "string" },
    watch: { type: "boolean", default: true },
  },
  allowNegative: true,
});

const begun = performance.now();
let reload: (() => void) | undefined;
const bundles = await build(values.watch ? { watch: () => reload?.() } : {});
await synthesize();
const laptop = await startLaptop({
  port: Number(values.port),
  data: values.data,
  fresh: values.fresh,
  speed: Number(values.speed),
  ...(values.now && { now: Date.parse(values.now) }),
});
reload = () => {
  laptop.cloud.reload();
  console.log("Reloaded.");
};
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
console.log(
  `Heliograph is ready in ${seconds} s: ${laptop.url}   handsets ${laptop.url}/handsets   API key ${laptop.apiKey}`,
);

async function stop(): Promise<void> {
  await bundles.stop();
  await laptop.stop();
  process.exit(0);
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
