import { spawn } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { rowOf } from "../client/operations.ts";
import { events } from "../functions/platform/events.ts";
import { operations } from "../functions/platform/all.routes.ts";
import { allProblems } from "../functions/platform/problem.ts";
import type { Operation } from "../functions/platform/routes.ts";
import { typePrinter } from "./print-types.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

// npm pack: the client as others install it, JavaScript and types, with the operations printed and the schemas left at home.
await buildClient(join(root, "dist/client"));

async function buildClient(target: string): Promise<void> {
  mkdirSync(join(root, "dist"), { recursive: true });
  rmSync(target, { recursive: true, force: true });
  const sources = mkdtempSync(join(root, "dist/client-"));
  try {
    for (const file of globSync("client/*.ts", { cwd: root }))
      writeFileSync(join(sources, basename(file)), readFileSync(join(root, file)));
    writeFileSync(join(sources, "operations.ts"), printed());
    writeFileSync(join(sources, "tsconfig.json"), JSON.stringify(compiling(target)));
    await compile(sources);
  } finally {
    rmSync(sources, { recursive: true, force: true });
  }
}

/** `client/operations.ts` without its imports. */
function printed(): string {
  const printer = typePrinter();
  const rows = Object.entries<Operation>(operations);
  const calls = rows.map(([name, row]) => callOf(name, row, printer));
  const happenings = Object.entries(events).map(
    ([name, schema]) =>
      `{ readonly id: string; readonly type: ${JSON.stringify(name)}; readonly timestamp: string; readonly data: ${printer.named(schema, "output", `${named(name)}Data`)} }`,
  );
  const table = Object.fromEntries(rows.map(([name, row]) => [name, rowOf(row)]));
  return `import type { Call, PagedCall, Row } from "./call.ts";
/** The operations of the API as functions: ids of the path first, then body or query, then options. */
export interface Heliograph {
${calls.join("\n")}
}
/** Code of a problem that the API answers with. */
export type ProblemCode = ${allProblems()
    .map(({ code }) => JSON.stringify(code))
    .join(" | ")};
/** One thing that happened, as a webhook tells it. */
export type WebhookEvent = ${happenings.join(" | ")};
${printer.declarations()}
export const operations: Readonly<Record<string, Row>> = ${JSON.stringify(table, undefined, 2)};
`;
}

function callOf(name: string, row: Operation, printer: ReturnType<typeof typePrinter>): string {
  const ids = [...row.at.matchAll(/\{(\w+)\}/g)].map(([, id]) => `${id}: string`);
  const body = row.body ? [`body: ${printer.named(row.body, "input", `${named(name)}Body`)}`] : [];
  const mark = row.query && mayBeLeftOut(row.query) ? "?" : "";
  const query = row.query
    ? [`query${mark}: ${printer.named(row.query, "input", `${named(name)}Query`)}`]
    : [];
  const reply = row.status === 204 ? "void" : printer.named(row.reply, "output", `${named(name)}Reply`);
  const kind = rowOf(row).isPaged ? "PagedCall" : "Call";
  return `  /** ${row.does} \`${row.at}\` */
  readonly ${name}: ${kind}<[${[...ids, ...body, ...query].join(", ")}], ${reply}>;`;
}

/** By its type, as in the rows: what a query needs beyond that the API says. */
function mayBeLeftOut(query: z.ZodMiniType): boolean {
  const { required = [] } = z.toJSONSchema(query, { io: "input", unrepresentable: "any" });
  return required.length === 0;
}

function named(name: string): string {
  return name.replaceAll(/(?:^|[.-])(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function compiling(outDir: string) {
  return {
    compilerOptions: {
      outDir,
      target: "es2023",
      lib: ["es2023", "dom", "dom.iterable"],
      module: "nodenext",
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      declaration: true,
      rewriteRelativeImportExtensions: true,
    },
    include: ["*.ts"],
  };
}

async function compile(folder: string): Promise<void> {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const child = spawn(process.execPath, [tsc, "--project", folder], { stdio: "inherit" });
  const code = await new Promise((resolve) => child.on("exit", resolve));
  if (code !== 0) throw new Error("The client could not be compiled");
}
