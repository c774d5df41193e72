import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import metadata from "libphonenumber-js/metadata.max.json" with { type: "json" };
import * as fc from "fast-check";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { bundling } from "../../bin/bundling.ts";
import * as source from "../../functions/contacts/phone.ts";

it("a bundle reads phone numbers as the whole plans say, although it leaves out how countries write them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  const entry = fileURLToPath(new URL("../../functions/contacts/phone.ts", import.meta.url));
  await build(bundling({ phone: entry }, folder));
  const bundled: typeof source = await import(pathToFileURL(join(folder, "phone.mjs")).href);
  const plans = z.record(z.string(), z.array(z.unknown())).parse(metadata.countries);
  for (const [country, plan] of Object.entries(plans)) {
    const general = new RegExp(`^(?:${z.string().parse(plan[2])})$`);
    for (const national of fc.sample(fc.stringMatching(general), { numRuns: 20, seed: 20_261_123 })) {
      for (const written of [`+${String(plan[0])}${national}`, `0${national}`, national]) {
        expect(bundled.phoneOf(written, country)).toEqual(source.phoneOf(written, country));
      }
    }
  }
  rmSync(folder, { recursive: true });
});
