import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that systems give to whoever asks for any: those may be given again before they are listened on. */
const lowestPort = 15_000;
const highestPort = 32_000;
const triesLimit = 100;
const given = new Set<number>();

/** A port of this machine that nobody listens on right now; two programs that ask at the same moment get different ones. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const port = randomInt(lowestPort, highestPort);
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`No free port between ${lowestPort} and ${highestPort} was found in ${triesLimit} tries`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
