import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../docs/scenarios.md", import.meta.url));

/** Writes a drill's figures on the page of scenarios, with when and from which code they are. */
export function record(name: string, figures: string): void {
  const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
  const from = `${new Date().toISOString().slice(0, 10)}, commit ${git("rev-parse", "--short", "HEAD")}`;
  const [begin, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`];
  const text = readFileSync(page, "utf8");
  if (!text.includes(begin)) throw new Error(`docs/scenarios.md has no place for ${name}`);
  const [before = "", rest = ""] = text.split(begin);
  const after = rest.slice(rest.indexOf(end));
  writeFileSync(page, `${before}${begin}**${figures}** (${from})\n${after}`);
}
