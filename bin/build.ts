import { execFileSync } from "node:child_process";
import {
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  watch as watchPath,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuildOptions, context, type Metafile, type Plugin } from "esbuild";

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

/** How functions are bundled, and what they are compared with. */
export function bundling(
  entryPoints: Readonly<Record<string, string>>,
  outdir: string,
): BuildOptions & { metafile: true } {
  return {
    entryPoints,
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    minify: true,
    sourcemap: "linked",
    sourcesContent: false,
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    logLevel: "error",
    plugins: [requiredBuiltins, checkedBusiness, describedApi, leftOut, unmapped],
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

/** The business is checked here, once: functions get what the check made of it and need not repeat it when they start. */
const checkedBusiness: Plugin = {
  name: "checked-business",
  setup: ({ onLoad }) => {
    onLoad({ filter: /heliograph\.config\.ts$/ }, async ({ path }) => {
      // Under a new name it is read again, also when it was changed while we watch.
      const { mtimeMs } = statSync(path);
      const { business }: { business: unknown } = await import(`${pathToFileURL(path).href}?${mtimeMs}`);
      return { contents: `export const business = ${JSON.stringify(business)};`, loader: "js" };
    });
  },
};

/** Lambda reads a function's source map whenever it starts: only our own lines are worth that. */
const unmapped: Plugin = {
  name: "unmapped",
  setup: ({ onLoad }) => {
    const empty = Buffer.from('{"version":3,"sources":["library"],"names":[],"mappings":"AAAA"}').toString(
      "base64",
    );
    onLoad({ filter: /node_modules.*\.[cm]?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8")}\n//# sourceMappingURL=data:application/json;base64,${empty}`,
      loader: "js",
    }));
  },
};

/** The API is described here, once, in a process of its own: a source that was changed while we watch is read again. */
const describedApi: Plugin = {
  name: "described-api",
  setup: ({ onLoad }) => {
    onLoad({ filter: /functions.platform.description\.ts$/ }, ({ path }) => {
      const print = `const { description, page } = await import(${JSON.stringify(pathToFileURL(path).href)});
        process.stdout.write(JSON.stringify({ description, page }))`;
      const made = execFileSync(process.execPath, ["--input-type=module", "-e", print], {
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      return { contents: `export const { description, page } = ${made};`, loader: "js" };
    });
  },
};

/** Parts of libraries that a function never runs: what prints schemas, and how each country writes its phone numbers. */
const leftOut: Plugin = {
  name: "left-out",
  setup: ({ onLoad }) => {
    onLoad({ filter: /libphonenumber-js.metadata\.max\.json\.js$/ }, ({ path }) => ({
      contents: withoutFormats(readFileSync(path, "utf8")),
    }));
    onLoad({ filter: /zod.v4.core.(json-schema-processors|to-json-schema)\.js$/ }, ({ path }) => ({
      contents: stubOf(readFileSync(path, "utf8")),
    }));
  },
};

/** A plan's formats and rules for writing stand at these places; numbers are told apart and checked without them. */
const writing = [4, 6, 9];

function withoutFormats(source: string): string {
  const text = source.slice(source.indexOf("{"), source.lastIndexOf("}") + 1);
  const { countries, nonGeographic, ...rest }: Plans = JSON.parse(text);
  for (const plan of [...Object.values(countries), ...Object.values(nonGeographic)]) {
    for (const place of writing) plan[place] = 0;
  }
  // What is 0 in a plan is not there: in a list of JavaScript it need not be written either.
  return `export default ${JSON.stringify({ ...rest, countries, nonGeographic }).replaceAll(/(?<=[[,])0(?=,)/g, "")}`;
}

interface Plans {
  readonly countries: Record<string, unknown[]>;
  readonly nonGeographic: Record<string, unknown[]>;
}

/** The same names, each of which says why it is not there. */
function stubOf(source: string): string {
  const names = [...source.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(
    ([, name]) => name ?? "",
  );
  const absent =
    'const absent = () => { throw new Error("This bundle cannot print schemas: see bin/build.ts"); };';
  // A maker of methods runs whenever a schema is made; only its method may complain.
  const stubs = names.map(
    (name) => `export const ${name} = ${name.startsWith("create") ? "() => absent" : "absent"};`,
  );
  return [absent, ...stubs].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
