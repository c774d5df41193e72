import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = "environment.json";

/** Keeps where a local cloud answers, for tools that are started beside it. */
export function keepEnvironment(folder: string, environment: Readonly<Record<string, string>>): void {
  writeFileSync(join(folder, file), JSON.stringify(environment), { mode: 0o600 });
}

/** Where the local cloud answers that keeps its data in a folder; nothing when none has run there. */
export function environmentIn(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, file);
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Record<string, string>) : {};
}

/** Points AWS clients of this process at the local cloud that keeps its data in a folder. */
export function useEnvironment(folder: string): void {
  const environment = environmentIn(folder);
  if (Object.keys(environment).length === 0)
    throw new Error(`No local cloud has run with ${folder}: start one with npm start`);
  Object.assign(process.env, environment);
}
