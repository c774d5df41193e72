import { run } from "./run.ts";
import { screenFor } from "./screen.ts";

// npx heliograph: the API from a shell.
const ending = new AbortController();
process.once("SIGINT", () => ending.abort());
// A reader such as head closes the pipe when it has enough.
process.stdout.on("error", () => process.exit(0));
const shell = { environment: process.env, screenFor, signal: ending.signal };
process.exitCode = await run(process.argv.slice(2), shell);
