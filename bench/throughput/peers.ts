import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";

const folder = fileURLToPath(new URL("..", import.meta.url));
const Package = z.object({ dependencies: z.record(z.string(), z.string()) });

/** Installs what Heliograph is compared with, if it is not there yet: the product itself does not need it. */
export function installPeers(): void {
  const isThere = Object.entries(peerVersions()).every(([name, version]) => {
    const file = join(folder, "node_modules", name, "package.json");
    return existsSync(file) && Installed.parse(JSON.parse(readFileSync(file, "utf8"))).version === version;
  });
  if (isThere) return;
  console.log("First run: installing what Heliograph is compared with …");
  const words = ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync("npm", words, { stdio: "inherit", cwd: folder });
  if (status !== 0) throw new Error("npm ci --prefix bench failed");
}

const Installed = z.object({ version: z.string() });

/** The versions that are compared. */
export function peerVersions(): Readonly<Record<string, string>> {
  return Package.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).dependencies;
}
