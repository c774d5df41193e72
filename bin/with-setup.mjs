// Runs a program of this project on the Node version the project brings, after installing what is missing.
// Plain JavaScript for any Node: it is the first thing that runs in a fresh clone.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const binaries = join(root, "node_modules", ".bin");
const neededMajor = 24;
// What a request leaves behind is gone before that is full; by default much of it would be moved first.
const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=64"];

if (!existsSync(join(root, "node_modules", ".package-lock.json"))) install();
const [first, ...rest] = process.argv.slice(2);
if (first === "--run") run(join(root, "node_modules", "vitest", "vitest.mjs"), rest.slice(1));
else run(join(root, first), rest);

function install() {
  console.log("First start: installing dependencies (about a minute)…");
  const installed = spawnSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: root,
    stdio: "inherit",
  });
  if (installed.status !== 0) process.exit(installed.status ?? 1);
}

function run(program, parameters) {
  const environment = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH ?? ""}` };
  const child = spawn(nodeBinary(), [...flags, program, ...parameters], {
    cwd: root,
    stdio: "inherit",
    env: environment,
  });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

function nodeBinary() {
  const own = join(binaries, "node");
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split(".")[0]) >= neededMajor) return process.execPath;
  console.error(`Heliograph needs Node ${neededMajor} or newer; this is ${process.versions.node}.`);
  return process.exit(1);
}
