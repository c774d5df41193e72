import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { operations } from "../functions/platform/all.routes.ts";
import type { Operations } from "../functions/platform/routes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const entry = /\.(api|queue|step|schedule|webhook)\.ts$/;
const aws = /^@aws-sdk\//;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isType: boolean;
}

const imports: readonly Import[] = globSync("{bin,client,lib,functions,local}/**/*.ts", {
  cwd: root,
}).flatMap((file) => {
  const source = readFileSync(join(root, file), "utf8");
  const found = source.matchAll(
    /^(?:import|export)\s+(type\s)?[^;"]*?from\s+"([^"]+)"|import\("([^"]+)"\)/gm,
  );
  return [...found].map(([, type, path, lazy]) => ({
    from: file,
    to: target(file, path ?? lazy ?? ""),
    isType: type !== undefined,
  }));
});
const real = imports.filter(({ isType }) => !isType);
const inFunctions = real.filter(({ from }) => from.startsWith("functions/"));

function target(file: string, path: string): string {
  return path.startsWith(".") ? relative(root, join(root, dirname(file), path)) : path;
}

function role(file: string): string {
  return /\.(\w+)\.ts$/.exec(file)?.[1] ?? "plain";
}

function lines(found: readonly Import[]): string[] {
  return found.map(({ from, to }) => `${from} imports ${to}`);
}

describe("the rules of the house", () => {
  it("looks at real imports", () => {
    expect(real.length).toBeGreaterThan(300);
    expect(imports.length).toBeGreaterThan(real.length);
  });

  it("rules and use cases know no cloud", () => {
    const rules = inFunctions.filter(
      ({ from }) => role(from) === "plain" && !from.startsWith("functions/platform/"),
    );
    expect(lines(rules.filter(({ to }) => aws.test(to) || to.startsWith("@middy/")))).toEqual([]);
  });

  it("operations are data: they import plain files and the schema library", () => {
    const routes = inFunctions.filter(
      ({ from, to }) =>
        role(from) === "routes" &&
        !(to === "zod/mini" || (to.startsWith("functions/") && ["plain", "routes"].includes(role(to)))),
    );
    expect(lines(routes)).toEqual([]);
  });

  it("nobody imports an entry", () => {
    expect(lines(real.filter(({ to }) => entry.test(to)))).toEqual([]);
  });

  it("only the platform uses middy, and only the platform asks the machine for time, chance and environment", () => {
    expect(
      lines(
        inFunctions.filter(
          ({ from, to }) => to.startsWith("@middy/") && !from.startsWith("functions/platform/"),
        ),
      ),
    ).toEqual([]);
    const asking = globSync("functions/**/*.ts", { cwd: root })
      .filter((file) => !file.startsWith("functions/platform/"))
      .filter((file) =>
        /Date\.now\(|new Date\(\)|Math\.random\(|process\.env|setTimeout\(/.test(
          readFileSync(join(root, file), "utf8"),
        ),
      );
    expect(asking).toEqual([]);
  });

  it("a provider's own words stay in its own file", () => {
    const named = inFunctions.filter(({ to }) => role(to) === "provider" && !to.endsWith("all.provider.ts"));
    expect(lines(named.filter(({ from }) => !from.startsWith("functions/providers/")))).toEqual([]);
  });

  it("what is deployed reads functions only as data: operations, settings, events and declarations", () => {
    const allowed =
      /(\.routes|platform\/(env|events|metrics|routes)|business\/business|senders\/(rate|sender))\.ts$/;
    expect(
      lines(
        real.filter(
          ({ from, to }) => from.startsWith("lib/") && to.startsWith("functions/") && !allowed.test(to),
        ),
      ),
    ).toEqual([]);
  });

  it("the local cloud knows the template and nothing of messaging", () => {
    const foreign = real.filter(
      ({ from, to }) => from.startsWith("local/") && /^(functions\/|lib\/|bin\/|heliograph\.config)/.test(to),
    );
    expect(lines(foreign)).toEqual([]);
  });

  it("the client knows the operations and nothing else, so that it can be packed without them", () => {
    const foreign = imports.filter(
      ({ from, to }) =>
        from.startsWith("client/") && from !== "client/operations.ts" && !to.startsWith("client/"),
    );
    expect(lines(foreign)).toEqual([]);
  });

  it("every operation there is stands in the list that the client and the description are made from", async () => {
    const files = globSync("functions/**/*.routes.ts", { cwd: root });
    const all = await Promise.all(files.map((file) => import(join(root, file)) as Promise<object>));
    const rows = all
      .flatMap((module) => Object.values(module))
      .filter(isTable)
      .flatMap(Object.keys);
    expect(rows.length).toBeGreaterThan(20);
    expect(rows.filter((name) => !(name in operations))).toEqual([]);
  });

  it("no two files need each other", () => {
    expect(circles(real)).toEqual([]);
  });

  it("the schema library comes in its small form: the large one is seven times its size", () => {
    const large = globSync("{bin,functions,local,lib,client,test,bench}/**/*.ts", { cwd: root }).filter(
      (file) =>
        /^import .* from "zod"|^import \{.* from "zod\/mini"/m.test(readFileSync(join(root, file), "utf8")),
    );
    expect(large.filter((file) => !file.includes("node_modules"))).toEqual([]);
  });

  it("no file is too long for one idea", () => {
    const long = globSync("{bin,client,lib,functions,local}/**/*.ts", { cwd: root }).filter(
      (file) => readFileSync(join(root, file), "utf8").split("\n").length > 260,
    );
    expect(long).toEqual([]);
  });
});

/** Operations by name, among whatever else a file exports. */
function isTable(exported: unknown): exported is Operations {
  return (
    typeof exported === "object" &&
    exported !== null &&
    Object.values(exported).every((row) => typeof (row as { at?: unknown } | null)?.at === "string")
  );
}

function circles(all: readonly Import[]): string[] {
  const next = Map.groupBy(all, ({ from }) => from);
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (file: string, path: readonly string[]) => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (done.has(file) || path.includes(file)) return;
    for (const { to } of next.get(file) ?? []) walk(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) walk(file, []);
  return found;
}
