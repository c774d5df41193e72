import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fastBusiness } from "./fast-business.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "dist/end-to-end");
const copied = [
  "bench/end-to-end",
  "bench/speed",
  "bin",
  "cdk.json",
  "functions",
  "lib",
  "local",
  "package-lock.json",
];

/** A checkout of its own in which only the one file that a business edits is another one. */
export function ownCheckout(): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of [...copied, "package.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(
    join(folder, "heliograph.config.ts"),
    `import { declareBusiness } from "./functions/business/business.ts";
export const business = declareBusiness(${JSON.stringify(fastBusiness)});
`,
  );
  return folder;
}
