import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import type { BuildOptions, Plugin } from "esbuild";
import { checkedBusiness, printedDescription } from "./bundled-results.ts";
import { noPrinting, packedPlans } from "./bundled-libraries.ts";

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
    plugins: [
      requiredBuiltins,
      checkedBusiness,
      printedDescription,
      packedPlans,
      noPrinting,
      pureSchemas,
      unmapped,
    ],
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
    // One for each importer: what two bundles share would become a file of its own, which costs more to find than it holds.
    onResolve({ filter: /^[a-z:/_]+$/ }, ({ path, kind, importer }) =>
      kind === "import-statement" && names.has(path)
        ? { path, namespace: "builtin", suffix: `?${importer}` }
        : undefined,
    );
    onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require("${path}")`,
      loader: "js",
    }));
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

/** A schema that a function does not use is left out of its bundle: making one takes longer than anything else at a start. */
const pureSchemas: Plugin = {
  name: "pure-schemas",
  setup: ({ onLoad }) => {
    onLoad({ filter: /functions.*\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const served = path.endsWith(".routes.ts") ? withoutReplies(source) : source;
      return { contents: served.includes('"zod/mini"') ? withPureSchemas(served) : served, loader: "ts" };
    });
  },
};

/** A statement of the file's own level that makes a schema: it goes on as long as lines are indented or close a bracket. */
const schemaStatement = /^((?:export )?const [A-Z]\w* = )(\S(?:.|\n(?=[ )}\]]))*);$/gm;

/** Says of each schema that making it does nothing else, so that what nobody asks for need not be made. */
export function withPureSchemas(source: string): string {
  return source.replaceAll(schemaStatement, "$1/* @__PURE__ */ (() => $2)();");
}

/** What an operation says for its description alone: on as many lines as are indented further or close a bracket. */
const saidForReaders = /^ {4}(?:does|reply): \S(?:.|\n(?= {4}[ )}\]]))*,\n/gm;

/** Operations as a function serves them: what they answer and what they do is told by the description alone. */
export function withoutReplies(source: string): string {
  return source.replaceAll(saidForReaders, "");
}
