import { build } from "../bin/build.ts";
import { synthesize } from "../bin/synth.ts";

/** Journeys run what would be deployed: bundles and templates are made once before all tests. */
export async function setup(): Promise<void> {
  await build();
  await synthesize();
}
