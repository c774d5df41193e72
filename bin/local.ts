import { createServer } from "node:net";
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
    // Without it, what was bundled and synthesized last is run: others may be running the same.
    build: { type: "boolean", default: true },
  },
  allowNegative: true,
});

// What goes wrong at a start is nearly always another one that still runs.
process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
  console.error(startProblems[error.code ?? ""] ?? error);
  process.exit(1);
});
const startProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: `Port ${values.port} is taken, perhaps by another npm start. Choose another one: npm start -- --port 4001`,
  LEVEL_DATABASE_NOT_OPEN: `The folder ${values.data} is in use by another npm start. Choose another one: npm start -- --data .local-2 --port 4001`,
};
await assertFree(Number(values.port));

const begun = performance.now();
let reload: (() => void) | undefined;
const bundles = values.build ? await build(values.watch ? { watch: () => reload?.() } : {}) : undefined;
if (values.build) await synthesize();
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
  await bundles?.stop();
  await laptop.stop();
  process.exit(0);
}
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());

/** Asked before anything is opened, so that a second start leaves the first one alone. */
async function assertFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => probe.close(resolve));
}
