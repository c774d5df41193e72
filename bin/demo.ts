import { build } from "./build.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { scenes } from "./scenes.ts";
import { synthesize } from "./synth.ts";

// npm run demo: plays the story on a cloud of its own and fails if any step differs.
const line = "─".repeat(72);
const begun = performance.now();
console.log("Heliograph: a message from the API to a handset and back.\n");
await build();
await synthesize();

let failures = 0;
// Noon in New York on a working day: nobody's quiet hours get in the way of the first scenes.
const laptop: Laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
for (const { title, play } of scenes) {
  console.log(`${line}\n${title}`);
  try {
    await play(laptop, (text) => console.log(`   ${text}`));
    console.log("   ✓");
  } catch (error) {
    failures += 1;
    console.log(`   ✗ ${error instanceof Error ? error.message : String(error)}`);
  }
}
await laptop.stop();
const seconds = ((performance.now() - begun) / 1000).toFixed(0);
const verdict = failures === 0 ? "as told" : `${failures} NOT as told`;
console.log(`${line}\nVerdict: ${scenes.length} scenes, ${verdict}, in ${seconds} s.`);
process.exit(failures === 0 ? 0 : 1);
