import { existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { environmentIn } from "../local-environment.ts";
import { type Environment, type Place, WrongUsage } from "./command.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const usual = ".local";

/** Where Heliograph answers: as the environment says, else the local cloud that npm start runs. */
export function placeFor(environment: Environment, wanted: string | undefined): Place {
  const { HELIOGRAPH_URL: url, HELIOGRAPH_KEY: key } = environment;
  if (url === undefined || wanted !== undefined)
    return localPlace(folderOf(wanted ?? environment["HELIOGRAPH_LOCAL"] ?? usual));
  if (!key) throw new WrongUsage("HELIOGRAPH_KEY is missing: an API key, hg_…");
  return { url, key };
}

function localPlace(folder: string): Place {
  const { HELIOGRAPH_URL: url, HELIOGRAPH_KEY: key } = environmentIn(folder);
  if (url && key) return { url, key, folder };
  throw new WrongUsage(
    `No local cloud has run with ${folder}: start one with npm start, or set HELIOGRAPH_URL and HELIOGRAPH_KEY.`,
  );
}

/** `npx` may start us anywhere below the project; a folder that is named is meant from where one stands. */
function folderOf(name: string): string {
  if (isAbsolute(name) || existsSync(name)) return resolve(name);
  return join(root, name);
}
