import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import type { Plugin } from "esbuild";

/** Functions only check with schemas: what prints them stays away. */
export const noPrinting: Plugin = {
  name: "no-printing",
  setup: ({ onLoad }) => {
    onLoad({ filter: /zod.v4.core.(json-schema-processors|to-json-schema)\.js$/ }, ({ path }) => ({
      contents: stubOf(readFileSync(path, "utf8")),
    }));
  },
};

/** The same names, each of which says why it is not there. */
function stubOf(source: string): string {
  const names = [...source.matchAll(/^export (?:const|function|class) (\w+)/gm)].map(
    ([, name]) => name ?? "",
  );
  const absent =
    'const absent = () => { throw new Error("Functions cannot print schemas: see bin/bundled-libraries.ts"); };';
  // A maker of methods runs whenever a schema is made; only its method may complain.
  const stubs = names.map(
    (name) => `export const ${name} = ${name.startsWith("create") ? "() => absent" : "absent"};`,
  );
  return [absent, ...stubs].join("\n");
}

/** The numbering plans of all countries are packed, and unpacked when somebody writes the first number. */
export const packedPlans: Plugin = {
  name: "packed-plans",
  setup: ({ onLoad }) => {
    onLoad({ filter: /libphonenumber-js.metadata\.max\.json\.js$/ }, ({ path }) => ({
      contents: unpacking(withoutFormats(readFileSync(path, "utf8"))),
    }));
  },
};

/** A plan's formats and rules for writing stand at these places; numbers are told apart and checked without them. */
const writing = [4, 6, 9];

function withoutFormats(source: string): Plans {
  const plans: Plans = JSON.parse(source.slice(source.indexOf("{"), source.lastIndexOf("}") + 1));
  for (const plan of [...Object.values(plans.countries), ...Object.values(plans.nonGeographic)]) {
    for (const place of writing) plan[place] = 0;
  }
  return plans;
}

interface Plans {
  readonly countries: Record<string, unknown[]>;
  readonly nonGeographic: Record<string, unknown[]>;
}

function unpacking(plans: Plans): string {
  const packed = brotliCompressSync(JSON.stringify(plans)).toString("base64");
  const getters = Object.keys(plans).map((name) => `get ${name}() { return unpacked().${name}; }`);
  return `let plans;
const unpacked = () => plans ??= JSON.parse(
  process.getBuiltinModule("node:zlib").brotliDecompressSync(Buffer.from("${packed}", "base64")),
);
export default { ${getters.join(", ")} };`;
}
