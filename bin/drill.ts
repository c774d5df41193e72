import { build } from "./build.ts";
import { drillOutage } from "./drill-outage.ts";
import { drillRestore } from "./drill-restore.ts";
import { drillRotation } from "./drill-rotation.ts";
import { drillSwitches } from "./drill-switches.ts";
import { synthesize } from "./synth.ts";

// npm run drill -- outage, -- restore, -- rotation, -- switches: rehearse what an operator does on a bad day, on a cloud of its own; the last line has the figures.
const drills: Readonly<Record<string, (tell: (text: string) => void) => Promise<string>>> = {
  outage: drillOutage,
  restore: drillRestore,
  rotation: drillRotation,
  switches: drillSwitches,
};

const [name = ""] = process.argv.slice(2);
const drill = drills[name];
if (!drill) {
  console.log(`npm run drill -- ${Object.keys(drills).join("\nnpm run drill -- ")}`);
  process.exit(1);
}
await build();
await synthesize();
try {
  console.log(await drill((text) => console.log(`   ${text}`)));
  process.exit(0);
} catch (error) {
  console.log(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
