import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const assembly = `${root}cdk.out`;

/** What the templates are made from. */
const inputs = [
  "lib/**/*.ts",
  "bin/app.ts",
  "heliograph.config.ts",
  "cdk.json",
  "package-lock.json",
  "functions/**/*.{routes,api,queue,step,schedule,webhook}.ts",
  "functions/{business,senders,channels,messages,platform}/*.ts",
];

/** Synthesizes the templates, unless nothing they are made from has changed. Bundles are used where they lie. */
export async function synthesize(): Promise<void> {
  const hash = hashOfInputs();
  const mark = `${assembly}/.hash`;
  if (existsSync(mark) && readFileSync(mark, "utf8") === hash) return;
  rmSync(assembly, { recursive: true, force: true });
  await run();
  writeFileSync(mark, hash);
}

function hashOfInputs(): string {
  const hash = createHash("sha256");
  for (const file of globSync(inputs, { cwd: root }).toSorted())
    hash.update(file).update(readFileSync(`${root}${file}`));
  return hash.digest("hex");
}

/** A process of its own: what synthesis needs of memory is given back when it ends. */
async function run(): Promise<void> {
  const context = { ...contextOfProject(), "aws:cdk:disable-asset-staging": true };
  const child = spawn(process.execPath, [`${root}bin/app.ts`], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) throw new Error(`The templates could not be synthesized:\n${errors.slice(-4000)}`);
}

function contextOfProject(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(`${root}cdk.json`, "utf8")) as {
    context: Record<string, unknown>;
  };
  return context;
}
