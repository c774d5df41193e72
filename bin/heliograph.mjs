#!/usr/bin/env node
// npx heliograph: finds the Node version that the project brings, as npm start does.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const own = join(root, "node_modules", ".bin", "node");
const node = existsSync(own) ? own : process.execPath;
const program = join(root, "bin", "command", "main.ts");
if (!existsSync(program)) {
  console.error("The command line runs in a clone of Heliograph; this package brings the client only.");
  process.exit(1);
}
const child = spawn(node, ["--disable-warning=ExperimentalWarning", program, ...process.argv.slice(2)], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
