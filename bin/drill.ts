import { build } from "./build.ts";
import { drillBacklog } from "./drill-backlog.ts";
import { drillPoison } from "./drill-poison.ts";
import { record } from "./drill-record.ts";
import { drillRestore } from "./drill-restore.ts";
import { drillRotation } from "./drill-rotation.ts";
import { drillStorm } from "./drill-storm.ts";
import { drillSwitches } from "./drill-switches.ts";
import { synthesize } from "./synth.ts";

// npm run drill -- restore, -- switches, …: rehearse a bad day, on a cloud of its own; the last line has the figures.
const drills: Readonly<Record<string, (tell: (text: string) => void, size?: number) => Promise<string>>> = {
  backlog: drillBacklog,
  poison: drillPoison,
  restore: drillRestore,
  rotation: drillRotation,
  storm: drillStorm,
  switches: drillSwitches,
};

const [name = "", size] = process.argv.slice(2).filter((word) => word !== "--record");
const drill = drills[name];
if (!drill) {
  console.log(`npm run drill -- ${Object.keys(drills).join("\nnpm run drill -- ")}`);
  process.exit(1);
}
await build();
await synthesize();
try {
  const figures = await drill(
    (text) => console.log(`   ${text}`),
    size === undefined ? undefined : Number(size),
  );
  if (process.argv.includes("--record")) record(name, figures);
  console.log(figures);
  process.exit(0);
} catch (error) {
  console.log(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
