import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { environmentIn } from "../local-environment.ts";
import type { Command, Environment, Place, Using } from "./command.ts";

const bin = fileURLToPath(new URL("..", import.meta.url));

/** Tools that speak to AWS or to the local cloud by themselves: heliograph key …, heliograph dead-letters … */
export const passedOn: readonly Command[] = [
  {
    name: "key",
    does: "Makes, lists and revokes API keys: of the local cloud, or of the table that --table names.",
    takes: "create|list|revoke",
    passesOn: true,
    examples: [
      "key create --name laptop --days 90",
      "key list",
      "key revoke --id key_01…",
      "key create --name backend --table <CatalogTable>",
    ],
    run: async ({ raw }, using) => {
      if (raw.includes("--table")) return runs("key.ts", raw, using.environment);
      const { environment } = localOf(using);
      return runs("key.ts", [...raw, "--table", environment["CATALOG_TABLE"] ?? ""], {
        ...using.environment,
        ...environment,
      });
    },
  },
  {
    name: "dead-letters",
    does: "Reads what could not be worked on, puts it back on its queue, mends or drops it: here, or with --stage in AWS.",
    takes: "[queue]",
    passesOn: true,
    examples: [
      "dead-letters",
      "dead-letters route --list",
      "dead-letters route",
      "dead-letters --stage prod",
    ],
    run: async ({ raw }, using) => {
      if (raw.includes("--stage")) return runs("redrive.ts", raw, using.environment);
      return runs("redrive.ts", [...raw, "--local", localOf(using).folder], using.environment);
    },
  },
];

function localOf({ place }: Using): { folder: string; environment: Readonly<Record<string, string>> } {
  const { folder }: Place = place();
  if (!folder) throw new Error("HELIOGRAPH_URL is set: say which deployment is meant (--table, --stage).");
  return { folder, environment: environmentIn(folder) };
}

async function runs(program: string, words: readonly string[], environment: Environment): Promise<number> {
  const parameters = ["--disable-warning=ExperimentalWarning", `${bin}${program}`, ...words];
  const child = spawn(process.execPath, parameters, {
    stdio: "inherit",
    env: environment,
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
}
