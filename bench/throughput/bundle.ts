import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { bundling } from "../../bin/bundling.ts";
import { businessAt } from "./business.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles a function the way it is bundled for Lambda, for a business at another rate; answers its file. */
export async function bundleAt(rate: number, entry = "senders/deliver.queue"): Promise<string> {
  const outdir = join(root, "dist/throughput", String(rate));
  const name = entry.replace(/^.*\//, "").replaceAll(".", "-");
  const shipped = bundling({ [name]: join(root, `functions/${entry}.ts`) }, outdir);
  const business: esbuild.Plugin = {
    name: "business-at-rate",
    setup: ({ onLoad }) => {
      onLoad({ filter: /heliograph\.config\.ts$/ }, () => ({
        contents: `export const business = ${JSON.stringify(businessAt(rate))};`,
        loader: "js",
      }));
    },
  };
  // The first plugin that knows a file decides.
  await esbuild.build({ ...shipped, plugins: [business, ...(shipped.plugins ?? [])] });
  return join(outdir, `${name}.mjs`);
}
