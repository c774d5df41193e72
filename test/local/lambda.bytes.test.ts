import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createClock } from "../../local/clock.ts";
import { startFunction } from "../../local/lambda.ts";
import { hangUp, listen } from "../../local/listen.ts";
import { createMeter } from "../../local/meter.ts";

const posts = `import http from "node:http";
const agent = new http.Agent({ keepAlive: true });
export const handler = ({ url, authorization, bytes }) => new Promise((resolve, reject) => {
  const call = http.request(url, { method: "POST", agent, headers: { authorization } }, (response) => {
    response.resume();
    response.on("end", () => resolve(response.statusCode));
  });
  call.on("error", reject);
  call.end("x".repeat(bytes));
});`;

it("counts the bytes a function sends to somebody outside, whatever connection they take, and none that are signed for AWS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "lambda-bytes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "run.mjs"), posts);
  const server = createServer((request, response) => request.resume().on("end", () => response.end()));
  const url = await listen(server);
  onTestFinished(() => hangUp(server));
  const meter = createMeter();
  const run = startFunction(
    {
      name: "Run",
      code: folder,
      handler: "run.handler",
      environment: {},
      timeoutSeconds: 30,
      memoryMegabytes: 256,
      logsRuns: false,
    },
    createClock(Date.UTC(2026, 10, 23), 1),
    { logFolder: undefined, meter, services: new Map() },
  );
  onTestFinished(() => run.stop());
  const sent = async (authorization: string) => {
    const before = meter.reading().total["lambda.bytesOut"] ?? 0;
    expect(await run.invoke({ url, authorization, bytes: 1_000 })).toEqual({ is: "result", value: 200 });
    return (meter.reading().total["lambda.bytesOut"] ?? 0) - before;
  };
  const first = await sent("Basic a");
  expect(first).toBeGreaterThan(1_000);
  expect(first).toBeLessThan(1_500);
  expect(await sent("AWS4-HMAC-SHA256 Credential=a")).toBe(0);
  expect(await sent("Basic a")).toBe(first);
});
