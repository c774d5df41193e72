import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../../local/free-port.ts";

/** The official engine as it runs, or why it does not. */
export type Found = { readonly endpoint: string; readonly stop: () => void } | { readonly skipped: string };

const pom = fileURLToPath(new URL("pom.xml", import.meta.url));
/** Where Maven puts what it brings. */
const fetched = fileURLToPath(new URL("../../.local-dynamodb", import.meta.url));
const secondsToStart = 30;

/** The engine that an endpoint names, or one that is started from a jar: the one that is named, else the one that Maven brings. */
export async function findEngine(environment: NodeJS.ProcessEnv): Promise<Found> {
  const { DYNAMODB_ENDPOINT: endpoint, DYNAMODB_LOCAL_JAR: jar } = environment;
  if (endpoint) return { endpoint, stop: () => undefined };
  const runs = (program: string, word: string) =>
    spawnSync(program, [word], { env: environment }).status === 0;
  if (!runs("java", "-version")) return { skipped: "there is no Java on this machine" };
  if (jar) {
    if (!existsSync(jar)) return { skipped: `DYNAMODB_LOCAL_JAR names ${jar}, which is not there` };
    return start(dirname(jar), environment);
  }
  if (existsSync(fetched)) return start(fetched, environment);
  if (!runs("mvn", "-version"))
    return { skipped: "DYNAMODB_LOCAL_JAR names no jar, and there is no Maven to bring one" };
  const goal = ["-q", "-f", pom, "dependency:copy-dependencies", `-DoutputDirectory=${fetched}`];
  if (spawnSync("mvn", goal, { env: environment, stdio: "inherit" }).status !== 0)
    return { skipped: "Maven could not bring DynamoDB Local" };
  return start(fetched, environment);
}

/** Amazon's archive keeps what the jar needs in a folder beside it, Maven all in one. */
async function start(folder: string, environment: NodeJS.ProcessEnv): Promise<Found> {
  const folders = [folder, join(folder, "DynamoDBLocal_lib")];
  const port = await freePort();
  const server = spawn(
    "java",
    [
      `-Djava.library.path=${folders.join(delimiter)}`,
      "-cp",
      folders.map((one) => join(one, "*")).join(delimiter),
      "com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
      "-inMemory",
      "-disableTelemetry",
      "-port",
      String(port),
    ],
    { env: environment, stdio: ["ignore", "ignore", "pipe"] },
  );
  let errors = "";
  server.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const endpoint = `http://127.0.0.1:${port}`;
  if (await answers(endpoint, server)) return { endpoint, stop: () => void server.kill() };
  server.kill();
  return { skipped: `DynamoDB Local does not start: ${errors.trim().slice(-500)}` };
}

async function answers(endpoint: string, server: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < secondsToStart * 4 && server.exitCode === null; tries += 1) {
    if (await fetch(endpoint).catch(() => undefined)) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}
