import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { localSettings, settings } from "../../functions/platform/env.ts";
import { functions } from "./templates.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it.each(functions.map(({ entry, id, properties }) => ({ entry, id, properties })))(
  "$entry gets exactly the settings it reads ($id)",
  ({ entry, properties }) => {
    const given = Object.keys(properties.Environment?.Variables ?? {}).filter((name) => name in settings);
    expect(given.toSorted()).toEqual([...readBy(join(root, "functions", `${entry}.ts`))].toSorted());
  },
);

it("no function gets what only a local cloud may give", () => {
  const given = functions.flatMap(({ properties }) => Object.keys(properties.Environment?.Variables ?? {}));
  expect(given.filter((name) => name in localSettings)).toEqual([]);
  expect(Object.keys(localSettings).length).toBeGreaterThan(0);
});

/** Settings that a file and everything it imports ask for. */
function readBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const source = readFileSync(file, "utf8");
  const own = [...source.matchAll(/\bsetting\("([A-Z_]+)"[,)]/g)].map(([, name]) => name ?? "");
  const imported = [
    ...source.matchAll(/^(?:import|export) (?!type\b)[^"]*from "(\.[^"]+\.ts)"|import\("(\.[^"]+\.ts)"\)/gm),
  ];
  const deeper = imported.flatMap(([, path, lazy]) => [
    ...readBy(join(dirname(file), path ?? lazy ?? ""), seen),
  ]);
  return new Set([...own, ...deeper]);
}
