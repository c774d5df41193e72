import { globSync, mkdirSync, rmSync, watch as watchPath, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { context, type Metafile } from "esbuild";
import { bundling } from "./bundling.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Files under functions/ that are a Lambda function each. */
const entries = "functions/**/*.{api,queue,step,schedule,webhook}.ts";

/** What to do after each new build. */
export interface BuildChoice {
  /** Builds again whenever a source file is saved. */
  readonly watch?: () => void;
}

/** Bundles each function by itself: one file to find, read and compile is a faster cold start than many that are shared. */
export async function build({ watch }: BuildChoice = {}): Promise<{ stop: () => Promise<void> }> {
  const outdir = `${root}dist/functions`;
  if (!watch) rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(`${outdir}/package.json`, JSON.stringify({ type: "module" }));
  const bundlers = await Promise.all(
    entryPoints().map(([name, file]) => context(bundling({ [name]: file }, outdir))),
  );
  const rebuild = async () => {
    const results = await Promise.all(bundlers.map((bundler) => bundler.rebuild()));
    keep(results.map(({ metafile }) => metafile));
  };
  await rebuild();
  const watching = watch && watchSources(() => rebuild().then(watch, () => undefined));
  const stop = async () => {
    watching?.stop();
    await Promise.all(bundlers.map((bundler) => bundler.dispose()));
  };
  if (!watch) await stop();
  return { stop };
}

/** Editors save in several strokes: what is saved within a moment is one change. Mistakes have been printed; the next save may mend them. */
function watchSources(changed: () => Promise<void>): { stop: () => void } {
  let pending: NodeJS.Timeout | undefined;
  let last = Promise.resolve();
  const soon = () => {
    clearTimeout(pending);
    pending = setTimeout(() => {
      last = last.then(changed);
    }, settleMilliseconds);
  };
  const watchers = [
    watchPath(`${root}functions`, { recursive: true }, soon),
    watchPath(`${root}heliograph.config.ts`, soon),
  ];
  return {
    stop: () => {
      clearTimeout(pending);
      for (const watcher of watchers) watcher.close();
    },
  };
}

const settleMilliseconds = 150;

function keep(metafiles: readonly Metafile[]): void {
  const inputs = Object.assign({}, ...metafiles.map((one) => one.inputs)) as Metafile["inputs"];
  const outputs = Object.assign({}, ...metafiles.map((one) => one.outputs)) as Metafile["outputs"];
  writeFileSync(`${root}dist/meta.json`, JSON.stringify({ inputs, outputs }));
}

/** Lambda cuts a handler's name at the first dot of the file's name, so the trigger is set off by a dash. */
function entryPoints(): (readonly [name: string, file: string])[] {
  return globSync(entries, { cwd: root }).map((file) => {
    const name = file.replace(/^functions\//, "").replace(/\.ts$/, "");
    return [name.replaceAll(".", "-"), `${root}${file}`] as const;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
