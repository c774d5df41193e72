import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as z from "zod/mini";
import { build } from "../../bin/build.ts";
import { bundling } from "../../bin/bundling.ts";
import { settings } from "../../functions/platform/env.ts";
import { business } from "../../heliograph.config.ts";
import { type Finding, short } from "./figure.ts";
import { median } from "./measure.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const Output = z.object({
  bytes: z.number(),
  entryPoint: z.optional(z.string()),
  imports: z.array(z.object({ path: z.string(), kind: z.string(), external: z.optional(z.boolean()) })),
});
const Outputs = z.pipe(
  z.object({ outputs: z.record(z.string(), Output) }),
  z.transform(({ outputs }) => outputs),
);
type Outputs = z.infer<typeof Outputs>;

interface Bundle {
  readonly name: string;
  readonly file: string;
  /** What is loaded when the function starts. */
  readonly bytes: number;
  /** What is loaded only when it is needed. */
  readonly lazyBytes: number;
}

/** What each function loads when it starts, in units of a function that only makes the two bare SDK clients. */
export async function bundles(isQuick: boolean): Promise<Finding> {
  await build();
  const bare = await bareBundle();
  const ours = bundlesIn(Outputs.parse(JSON.parse(readFileSync(join(root, "dist/meta.json"), "utf8"))), root);
  const loads = await initOf([bare, ...ours], isQuick ? 3 : 9);
  rmSync(join(root, "dist/bare"), { recursive: true });
  const bareInit = loads.get(bare.file) ?? Number.NaN;
  const rows = ours.map((bundle) => ({
    ...bundle,
    bytesRatio: bundle.bytes / bare.bytes,
    initRatio: (loads.get(bundle.file) ?? Number.NaN) / bareInit,
  }));
  const largest = rows.toSorted((one, other) => other.bytesRatio - one.bytesRatio)[0];
  const slowest = rows.toSorted((one, other) => other.initRatio - one.initRatio)[0];
  if (!largest || !slowest) throw new Error("There is no bundle");
  const [owed, wanted] = [
    { is: "at most", value: 1.1 },
    { is: "at most", value: 0.25 },
  ] as const;
  const unit = "×";
  return {
    figures: [
      {
        name: "largest function's bundle against the two bare SDK clients",
        value: largest.bytesRatio,
        unit,
        owed,
        wanted,
        because: `${largest.name}: ${kilobytes(largest.bytes)} against ${kilobytes(bare.bytes)}, median function ${short(median(rows.map(({ bytesRatio }) => bytesRatio)))}×`,
      },
      {
        name: "slowest function's init CPU against the two bare SDK clients",
        value: slowest.initRatio,
        unit,
        owed,
        wanted,
        because: `${slowest.name}: ${short((slowest.initRatio * bareInit) / 1000)} ms against ${short(bareInit / 1000)} ms, median function ${short(median(rows.map(({ initRatio }) => initRatio)))}×`,
      },
    ],
    details: rows.map(
      ({ name, bytes, lazyBytes, bytesRatio, initRatio }) =>
        `${name}: ${kilobytes(bytes)} (${short(bytesRatio)}×)${lazyBytes > 0 ? ` and ${kilobytes(lazyBytes)} when needed` : ""}, init ${short((initRatio * bareInit) / 1000)} ms (${short(initRatio)}×)`,
    ),
  };
}

/** Bundled like every function, in a folder of its own. */
async function bareBundle(): Promise<Bundle> {
  const entry = fileURLToPath(new URL("bare-clients.ts", import.meta.url));
  const { metafile } = await esbuild.build(bundling({ bare: entry }, join(root, "dist/bare")));
  const bare = bundlesIn(Outputs.parse(metafile), process.cwd()).find(({ name }) =>
    name.includes("bare-clients"),
  );
  if (!bare) throw new Error("The bare clients were not bundled");
  return bare;
}

function bundlesIn(outputs: Outputs, folder: string): Bundle[] {
  return Object.entries(outputs).flatMap(([path, { entryPoint }]) => {
    const isOwn = entryPoint?.startsWith("functions/") ?? false;
    const isEntry = /\.(api|queue|step|schedule|webhook)\.ts$|bare-clients\.ts$/.test(entryPoint ?? "");
    if (!entryPoint || !isEntry) return [];
    const eager = reachedFrom([path], outputs, false);
    const all = reachedFrom([path], outputs, true);
    const bytes = sizeOf(eager, outputs);
    const name = isOwn ? relative("functions", entryPoint) : entryPoint;
    return [{ name, file: join(folder, path), bytes, lazyBytes: sizeOf(all, outputs) - bytes }];
  });
}

function reachedFrom(start: readonly string[], outputs: Outputs, lazily: boolean): ReadonlySet<string> {
  const reached = new Set<string>();
  const left = [...start];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    const imports = outputs[path]?.imports ?? [];
    left.push(
      ...imports
        .filter(({ kind, external }) => !external && (lazily || kind !== "dynamic-import"))
        .map((one) => one.path),
    );
  }
  return reached;
}

function sizeOf(paths: ReadonlySet<string>, outputs: Outputs): number {
  return [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

/** Microseconds of CPU that loading takes: the median over fresh processes in which all bundles take turns. */
async function initOf(all: readonly Bundle[], rounds: number): Promise<ReadonlyMap<string, number>> {
  const samples = new Map(all.map(({ file }): [string, number[]] => [file, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { file } of all) samples.get(file)?.push(await loadOf(file));
  }
  return new Map([...samples].map(([file, costs]) => [file, median(costs)]));
}

async function loadOf(file: string): Promise<number> {
  const child = fork(fileURLToPath(new URL("init.mjs", import.meta.url)), [file], {
    env: environment(),
    execArgv: ["--enable-source-maps"],
  });
  const [cost] = await once(child, "message");
  child.disconnect();
  await once(child, "exit");
  return z.number().parse(cost);
}

/** Settings as a function gets them. */
function environment(): Record<string, string> {
  const queue = "https://sqs.us-east-1.amazonaws.com/000000000000/Queue";
  const all = Object.keys(settings).map((name) => [name, queue]);
  return {
    ...Object.fromEntries(all),
    PATH: process.env["PATH"] ?? "",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    LINKS: JSON.stringify({ table: "Links", url: "https://go.northwind.example", keepDays: 30 }),
    SENDER_ID: business.senders[0]?.id ?? "",
    SENDER_QUEUES: JSON.stringify(
      Object.fromEntries(business.senders.map(({ id }) => [id, { urgent: queue, bulk: queue }])),
    ),
    CONNECTION_SECRETS: JSON.stringify(Object.fromEntries(business.connections.map(({ id }) => [id, "arn"]))),
  };
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
