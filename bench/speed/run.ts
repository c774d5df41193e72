import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Figure, type Finding, keeps, short } from "./figure.ts";

const parts = ["segments", "decision", "bundles", "client", "message", "memory", "end-to-end"] as const;
const isQuick = process.argv.includes("--quick");
const chosen = parts.filter((part) => !process.argv.some((word) => word !== part && isPart(word)));
const started = performance.now();

const findings: { readonly part: string; readonly finding: Finding }[] = [];
for (const part of chosen) {
  console.log(`measuring ${part} …`);
  const finding = await found(part);
  findings.push({ part, finding });
  for (const figure of finding.figures) console.log(`  ${lineOf(figure)}`);
}

const seconds = Math.round((performance.now() - started) / 1000);
if (chosen.length === parts.length && !isQuick) writeFileSync(resultsFile(), report());
const figures = findings.flatMap(({ finding }) => finding.figures);
for (const { finding } of findings) for (const line of finding.details) console.log(`    ${line}`);
console.log(figures.map((figure) => `${figure.name} ${valueOf(figure)}`).join(" | "));
if (!figures.every((figure) => keeps(figure, figure.owed))) process.exitCode = 1;

function isPart(word: string): boolean {
  return parts.some((part) => part === word);
}

/** Each part has a process of its own. */
async function found(part: string): Promise<Finding> {
  const program = fileURLToPath(new URL("part.ts", import.meta.url));
  const child = fork(program, [part, isQuick ? "quick" : "full"], { execArgv: ["--expose-gc"] });
  const ended = once(child, "exit");
  let finding: Finding | undefined;
  child.on("message", (message: Finding) => (finding = message));
  const [code] = await ended;
  if (!finding) throw new Error(`${part} ended with ${String(code)} and found nothing`);
  return finding;
}

function lineOf(figure: Figure): string {
  const verdict = keeps(figure, figure.wanted) ? "★" : keeps(figure, figure.owed) ? "✓" : "✗";
  return `${verdict} ${figure.name}: ${valueOf(figure)} (owed ${boundOf(figure, figure.owed)}, wanted ${boundOf(figure, figure.wanted)})`;
}

function valueOf({ value, unit }: Figure): string {
  return `${short(value)}${unit}`;
}

function boundOf({ unit }: Figure, { is, value }: Figure["owed"]): string {
  return `${is === "at most" ? "≤" : "≥"} ${short(value)}${unit}`;
}

function resultsFile(): string {
  return fileURLToPath(new URL("../RESULTS.md", import.meta.url));
}

function report(): string {
  const rows = findings
    .flatMap(({ finding }) => finding.figures)
    .map(
      (figure) =>
        `| ${figure.name} | **${valueOf(figure)}** | ${boundOf(figure, figure.owed)} | ${boundOf(figure, figure.wanted)} | ${figure.because} |`,
    );
  const details = findings.flatMap(({ part, finding }) => [
    `## ${part}`,
    "",
    ...finding.details.map((line) => `- ${line}`),
    "",
  ]);
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.versions.node}`;
  return [
    "# Results",
    "",
    "Ratios first: both sides of each were measured in the same run, taking turns, so they hold on other machines too.",
    "Microseconds hold on this one only.",
    "",
    "| what | measured | owed | wanted | how |",
    "|---|---:|---:|---:|---|",
    ...rows,
    "",
    `Command \`npm run bench\` (${seconds} s) · ${new Date().toISOString().slice(0, 10)} · commit ${commit()} · ${machine}`,
    "",
    ...details,
  ].join("\n");
}

function commit(): string {
  const git = (...words: string[]) => execFileSync("git", words, { encoding: "utf8" }).trim();
  const isChanged = git("status", "--porcelain", "--untracked-files=no") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${isChanged ? " with changes" : ""}`;
}
