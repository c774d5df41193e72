import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findEngine } from "./engine.ts";

// npm run test:dynamodb-local: the tests that talk to tables, on Amazon's own engine in place of the embedded one.
// Words after -- choose among them: npm run test:dynamodb-local -- test/contacts
const root = fileURLToPath(new URL("../..", import.meta.url));
const talksToTables = /from "(\.\.\/)+(test\/)?(aws|door)\.ts"|\/bin\/laptop\.ts"/;
/** They look at pages, programs and prices, and at tables only by the way. */
const others = /^test\/(browser|command|cost|client|local)\//;

const chosen = process.argv.slice(2);
const lane = globSync("test/**/*.test.ts", { cwd: root })
  .filter((file) => !others.test(file) && talksToTables.test(readFileSync(join(root, file), "utf8")))
  .filter((file) => chosen.length === 0 || chosen.some((word) => file.includes(word)))
  .toSorted();
const found = await findEngine(process.env);
if ("skipped" in found) console.log(`Skipped: ${found.skipped}.`);
else {
  console.log(`${lane.length} files on the tables at ${found.endpoint}`);
  const { status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", ...lane],
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, DYNAMODB_ENDPOINT: found.endpoint },
    },
  );
  found.stop();
  process.exitCode = status ?? 1;
}
