import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const tsc = join(root, "node_modules/typescript/bin/tsc");
const page = readFileSync(join(root, "docs/client.md"), "utf8");

describe("the packed client in a project of somebody else", () => {
  let laptop: Laptop;
  const project = mkdtempSync(join(tmpdir(), "outsider-"));

  beforeAll(async () => {
    install(project);
    laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
  }, 120_000);

  afterAll(async () => {
    await laptop?.stop();
    rmSync(project, { recursive: true, force: true });
  });

  it("does what its page shows, line by line", async () => {
    writeFileSync(join(project, "page.ts"), program());
    expect(compile(project, "page.ts")).toBe("");
    const { status, output } = await run(join(project, "page.ts"), {
      HELIOGRAPH_URL: laptop.url,
      HELIOGRAPH_KEY: laptop.apiKey,
    });
    expect(output.trim().split("\n")).toEqual([
      "queued sms",
      expect.stringContaining("accepted"),
      "true",
      "400 body.invalid",
      expect.stringContaining("Too small"),
    ]);
    expect(status).toBe(0);
  });

  it("has the very types of the rows: what fits one fits the other", () => {
    writeFileSync(
      join(project, "types.ts"),
      `import type { Heliograph as Packed, ProblemCode as Code, WebhookEvent as Event } from "heliograph/client";
       import type { Heliograph as Own, ProblemCode, WebhookEvent } from ${JSON.stringify(join(root, "client/client.ts"))};
       declare const packed: Packed, own: Own, code: Code, ownCode: ProblemCode, event: Event, ownEvent: WebhookEvent;
       export const both: [Own, Packed, ProblemCode, Code, WebhookEvent, Event] = [packed, own, code, ownCode, event, ownEvent];`,
    );
    expect(compile(project, "types.ts")).toBe("");
  });

  it("is small, and brings nothing along", async () => {
    const entry = join(project, "all.ts");
    writeFileSync(entry, 'export * from "heliograph/client";');
    const { metafile, outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      platform: "neutral",
      write: false,
      metafile: true,
    });
    const foreign = Object.keys(metafile.inputs).filter(
      (file) => !/heliograph\/dist\/client|all\.ts/.test(file),
    );
    expect(foreign).toEqual([]);
    expect(outputFiles[0]?.contents.length).toBeLessThan(16_000);
  });
});

/** What `npm install` of the packed file would put there; the client needs nothing beside it. */
function install(project: string): void {
  const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", project], { cwd: root });
  const file = packed.stdout.toString().trim().split("\n").at(-1) ?? "";
  const target = join(project, "node_modules/heliograph");
  mkdirSync(target, { recursive: true });
  spawnSync("tar", ["-xzf", join(project, file), "--strip-components", "1", "-C", target]);
  mkdirSync(join(project, "node_modules/@types"));
  symlinkSync(join(root, "node_modules/@types/node"), join(project, "node_modules/@types/node"));
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }));
}

/** All code of the page as one program, its imports on top. */
function program(): string {
  const code = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, block]) => block ?? "").join("\n");
  const imports = code.match(/^import .*$/gm) ?? [];
  return [...imports, code.replaceAll(/^import .*$/gm, ""), "server.close();"].join("\n");
}

function compile(project: string, file: string): string {
  const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext"];
  const more = ["--target", "es2024", "--lib", "es2024,dom,dom.iterable,esnext.disposable"];
  const loose = ["--types", "node", "--allowImportingTsExtensions", "--resolveJsonModule", "--skipLibCheck"];
  const parameters = [tsc, ...options, ...more, ...loose, "--ignoreConfig", file];
  return spawnSync(process.execPath, parameters, { cwd: project }).stdout.toString();
}

async function run(file: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [file], { env: { ...process.env, ...environment } });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve) => child.on("exit", resolve));
  return { status, output };
}
