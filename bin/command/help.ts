import type { Command, Option } from "./command.ts";
import { everywhere } from "./completion.ts";
import type { Paint } from "./paint.ts";

/** What there is to do, one line for each command. */
export function overview(commands: readonly Command[], paint: Paint): string {
  const rows = commands.filter(({ name }) => name !== "complete");
  const width = Math.max(...rows.map((row) => usageOf(row).length));
  const lines = rows.map((row) => `  ${usageOf(row).padEnd(width)}  ${paint.soft(row.does)}`);
  return [
    `${paint.strong("heliograph")} says what you want to tell whom; Heliograph decides the rest.`,
    "",
    ...lines,
    "",
    `${paint.strong("heliograph <command> --help")} explains one. --json answers in JSON.`,
    "It talks to the local cloud of npm start, or to HELIOGRAPH_URL with HELIOGRAPH_KEY.",
    "Exit codes: 0 done, 1 refused or not arrived, 2 wrong usage, 3 nobody answers.",
  ].join("\n");
}

/** How one command is used, with examples. */
export function helpFor(command: Command, paint: Paint): string {
  const options = Object.entries({ ...command.options, ...(command.passesOn ? {} : everywhere) });
  const width = Math.max(0, ...options.map((option) => optionOf(option).length));
  return [
    command.does,
    "",
    `${paint.strong("Usage")}  heliograph ${usageOf(command)}`,
    ...(options.length > 0 ? ["", paint.strong("Options")] : []),
    ...options.map((option) => `  ${optionOf(option).padEnd(width)}  ${paint.soft(explained(option[1]))}`),
    "",
    paint.strong("Examples"),
    ...command.examples.map((example) => `  heliograph ${example}`),
  ].join("\n");
}

function usageOf({ name, takes = "" }: Command): string {
  return `${name} ${takes}`.trim();
}

function optionOf([name, { value, many }]: readonly [string, Option]): string {
  return `--${name}${value ? ` <${value}>` : ""}${many ? " …" : ""}`;
}

function explained({ does, oneOf }: Option): string {
  return oneOf ? `${does}: ${oneOf.join(", ")}` : does;
}
