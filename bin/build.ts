import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath } from "node:url";
import { type BuildOptions, context, type Metafile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Files under functions/ that are a Lambda function each. */
const entries = "functions/**/*.{api,queue,step,schedule,webhook}.ts";

/** What to do after each new build. */
export interface BuildChoice {
  /** Builds again whenever a source file is saved. */
  readonly watch?: () => void;
}

/** Bundles all functions in one pass; chunks they share are stored once. */
export async function build({ watch }: BuildChoice = {}): Promise<{ stop: () => Promise<void> }> {
  const outdir = `${root}dist/functions`;
  if (!watch) rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  writeFileSync(`${outdir}/package.json`, JSON.stringify({ type: "module" }));
  let isFirst = true;
  const tell: Plugin = {
    name: "tell",
    setup: ({ onEnd }) => {
      onEnd((result) => {
        if (result.metafile) keep(result.metafile);
        if (!isFirst && result.errors.length === 0) watch?.();
        isFirst = false;
      });
    },
  };
  const bundler = await context({ ...options(outdir), plugins: [requiredBuiltins, tell] });
  await bundler.rebuild();
  if (!watch) {
    await bundler.dispose();
    return { stop: async () => undefined };
  }
  isFirst = true;
  await bundler.watch();
  return { stop: () => bundler.dispose() };
}

function keep(metafile: Metafile): void {
  writeFileSync(`${root}dist/meta.json`, JSON.stringify(metafile));
}

/** Lambda cuts a handler's name at the first dot of the file's name, so the trigger is set off by a dash. */
function options(outdir: string): BuildOptions {
  const names = globSync(entries, { cwd: root }).map((file) => {
    const name = file.replace(/^functions\//, "").replace(/\.ts$/, "");
    return [name.replaceAll(".", "-"), `${root}${file}`];
  });
  return {
    entryPoints: Object.fromEntries(names),
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    metafile: true,
    logLevel: "error",
    banner: {
      js: 'import { createRequire as $createRequire } from "node:module"; const require = $createRequire(import.meta.url);',
    },
  };
}

/** Importing a builtin as a module touches all its lazy parts; `node:http` alone would load a whole HTTP client. */
const requiredBuiltins: Plugin = {
  name: "required-builtins",
  setup: ({ onResolve, onLoad }) => {
    const names = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
    onResolve({ filter: /^[a-z:/_]+$/ }, ({ path, kind }) =>
      kind === "import-statement" && names.has(path) ? { path, namespace: "builtin" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require("${path}")`,
      loader: "js",
    }));
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
