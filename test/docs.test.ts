import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/**/*.md", { cwd: root })];
const code = globSync("{bin,client,lib,functions,local}/**/*.ts", { cwd: root });
const source = code.map((file) => readFileSync(join(root, file), "utf8")).join("\n");

it.each(pages)("%s names files that exist", (page) => {
  const named = readFileSync(join(root, page), "utf8").matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|json|md))`/g);
  const missing = [...named]
    .map(([, file]) => file ?? "")
    .filter((file) => !existsSync(join(root, file)) && !code.some((known) => known.endsWith(`/${file}`)));
  expect(missing).toEqual([]);
});

it.each(pages)("%s links to pages that exist", (page) => {
  const links = readFileSync(join(root, page), "utf8").matchAll(/\]\((?!https?:)([^)#]+)\)/g);
  const missing = [...links]
    .map(([, link]) => link ?? "")
    .filter((link) => !existsSync(join(root, dirname(page), link)));
  expect(missing).toEqual([]);
});

it("the tour names functions that exist", () => {
  const named = readFileSync(join(root, "docs/tour.md"), "utf8").matchAll(/`([a-z][a-zA-Z]+)` (?:\(`|in `)/g);
  const names = [...named].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(8);
  expect(names.filter((name) => !new RegExp(`function ${name}\\b`).test(source))).toEqual([]);
});
