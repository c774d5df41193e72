import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { freePort } from "../../local/free-port.ts";
import { program, runs, typed } from "./shell.fixture.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const empty = mkdtempSync(join(tmpdir(), "no-cloud-"));
const has = (shell: string): boolean => spawnSync(shell, ["--version"]).status === 0;
const env = { PATH: process.env["PATH"] ?? "", HOME: empty, HELIOGRAPH_LOCAL: empty };

afterAll(() => rmSync(empty, { recursive: true, force: true }));

describe("npx heliograph", () => {
  it("is found in a clone, and shows what there is to do without any colour in a pipe", async () => {
    const { code, output } = await runs("npx", ["--no-install", "heliograph", "help"], { env, cwd: root });
    expect(code).toBe(0);
    expect(output).toContain("explain [message or text]");
    expect(output).not.toContain("\u001B");
  });

  it("ends with 2 when it cannot be meant, and says what is missing", async () => {
    expect(await typed(["sned"], env)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("no command sned"),
    });
    expect(await typed(["contact"], env)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("contact add"),
    });
    expect(await typed(["senders", "--sped"], env)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("--sped"),
    });
    expect(await typed(["senders"], env)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("npm start"),
    });
    const elsewhere = { HELIOGRAPH_URL: "http://localhost:1" };
    expect(await typed(["senders"], elsewhere)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("HELIOGRAPH_KEY"),
    });
    const there = { ...elsewhere, HELIOGRAPH_KEY: "hg_test" };
    expect(await typed(["switch", "off", "everything", "sms", "--reason", "x"], there)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("sender, channel, category"),
    });
    expect(await typed(["call", "getMessage"], there)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("<messageId>"),
    });
    expect(await typed(["tail", "--since", "soon"], there)).toMatchObject({ code: 2 });
    expect(await typed(["explain", "--contact", "ada-1", "--category", "offer"], there)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("a --template"),
    });
    for (const [words, says] of [
      [["send", "ada-1", "Hi", "--template", "packed"], "no <text>"],
      [["send", "ada-1", "--template", "packed", "--subject", "Hi"], "no --subject"],
      [["send", "ada-1", "--template", "packed", "--var", "order"], "name=value"],
      [["send", "ada-1", "Hi", "--var", "order=A-1"], "belongs to a --template"],
    ] as const)
      expect(await typed([...words, "--category", "receipt"], there)).toMatchObject({
        code: 2,
        notes: expect.stringContaining(says),
      });
    expect(await typed(["explain"], there)).toMatchObject({
      code: 2,
      notes: expect.stringContaining("<message>"),
    });
  });

  it("ends with 3 when nobody answers", async () => {
    const nowhere = { HELIOGRAPH_URL: `http://localhost:${await freePort()}`, HELIOGRAPH_KEY: "hg_test" };
    const { code, output, notes } = await runs(process.execPath, [program, "senders"], {
      env: { ...env, ...nowhere },
    });
    expect({ code, output }).toEqual({ code: 3, output: "" });
    expect(notes).toContain("Nobody answers.");
  });

  it("completes commands, options and the words an option takes", async () => {
    const complete = async (...words: string[]) =>
      (await typed(["complete", "--", ...words], env)).output.split("\n");
    expect(await complete("se")).toEqual(["send", "senders"]);
    expect(await complete("consent", "")).toEqual(["in", "list", "out"]);
    expect(await complete("send", "--cat")).toEqual(["--category"]);
    expect(await complete("contact", "add", "--platform", "")).toEqual(["apns", "fcm"]);
    expect(await complete("completion", "z")).toEqual(["zsh"]);
  });

  it.each([
    ["bash", ["complete -F _heliograph heliograph", "COMP_WORDS", "COMP_CWORD", "COMPREPLY"]],
    ["zsh", ["#compdef heliograph", "compdef _heliograph heliograph", "words", "CURRENT", "compadd"]],
    ["fish", ["complete -c heliograph", "commandline -opc", "commandline -ct"]],
  ])("gives %s what that shell asks by, and asks us for the words so far", async (shell, parts) => {
    const { output: script } = await typed(["completion", shell], env);
    for (const part of parts) expect(script).toContain(part);
    expect(script).toMatch(/heliograph complete -- .* 2>\/dev\/null/);
    for (const [open, close] of ["()", "{}", "[]"]) expect(count(script, open)).toBe(count(script, close));
    expect(count(script, '"') % 2).toBe(0);
    expect(count(script, "'") % 2).toBe(0);
  });

  it.each(["bash", "zsh", "fish"].filter(has))("%s reads its script without an error", async (shell) => {
    const { output: script } = await typed(["completion", shell], env);
    expect(await runs(shell, ["-n", "-c", script], { env })).toEqual({ code: 0, output: "", notes: "" });
  });

  it.skipIf(!has("bash"))("completes in bash", async () => {
    const { output: script } = await typed(["completion", "bash"], env);
    const line = `heliograph() { ${process.execPath} ${program} "$@"; }
${script}
COMP_WORDS=(heliograph switch o); COMP_CWORD=2; _heliograph; echo "\${COMPREPLY[@]}"`;
    expect(await runs("bash", ["-c", line], { env })).toMatchObject({ output: "off on\n", notes: "" });
  });

  it.skipIf(!has("zsh"))("completes in zsh", async () => {
    const { output: script } = await typed(["completion", "zsh"], env);
    const line = `heliograph() { ${process.execPath} ${program} "$@"; }
compdef() { :; }; compadd() { print -l -- "\${(@P)2}"; }
${script}
words=(heliograph switch o); CURRENT=3; _heliograph`;
    expect(await runs("zsh", ["-c", line], { env })).toMatchObject({ output: "off\non\n" });
  });

  it.skipIf(!has("fish"))("completes in fish", async () => {
    const { output: script } = await typed(["completion", "fish"], env);
    const line = `function heliograph; ${process.execPath} ${program} $argv; end
${script}
complete -C "heliograph switch o"`;
    expect(await runs("fish", ["-c", line], { env })).toMatchObject({ output: "off\non\n" });
  });
});

function count(text: string, letter = ""): number {
  return text.split(letter).length - 1;
}
