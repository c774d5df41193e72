import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";

/** The business is checked here, once: functions get what the check made of it and need not repeat it when they start. */
export const checkedBusiness: Plugin = {
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

/** The description of the API and its page are printed here, once: the function that serves them needs no schemas. */
export const printedDescription: Plugin = {
  name: "printed-description",
  setup: ({ onLoad }) => {
    onLoad({ filter: /functions.platform.description\.ts$/ }, async ({ path }) => {
      const { description, page } = await printed(path);
      const printedValues = Object.entries({ description, page }).map(
        ([name, value]) => `export const ${name} = ${JSON.stringify(value)};`,
      );
      return { contents: printedValues.join("\n"), loader: "js" };
    });
  },
};

/** Bundled for this process alone, so that it is made from the files as they are now. */
async function printed(path: string): Promise<{ description: string; page: unknown }> {
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    mainFields: ["module", "main"],
    logLevel: "error",
  });
  const text = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return import(`data:text/javascript;base64,${text}`);
}
