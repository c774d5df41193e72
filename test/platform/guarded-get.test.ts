import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guardedGet } from "../../functions/platform/guarded-get.ts";
import { loopbackGuard } from "../../functions/platform/guarded-call.ts";
import { hangUp, listen } from "../../local/listen.ts";

let origin: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  const server = createServer(({ url = "", method }, response) => {
    if (url === "/file") return response.writeHead(200, { "content-type": "text/plain" }).end(method);
    if (url === "/moved") return response.writeHead(302, { location: "/file" }).end();
    if (url === "/half") {
      response.writeHead(200, { "content-length": "100" }).write("half");
      return setTimeout(() => response.destroy(), 20);
    }
    if (url === "/endless") {
      const pour = () => void (response.write("x".repeat(10_000)) && setTimeout(pour, 1));
      return pour();
    }
    return response.writeHead(404).end();
  });
  origin = await listen(server);
  stop = () => hangUp(server);
});
afterAll(() => stop());

const get = (path: string, mostBytes = 1_000) => guardedGet(origin + path, mostBytes, loopbackGuard);

describe("a file that a stranger names", () => {
  it("is fetched whole, with what its server calls it", async () => {
    const bytes = Buffer.from("GET");
    expect(await get("/file", 3)).toEqual({ is: "file", bytes, contentType: "text/plain" });
  });

  it("is left where it is when it is longer than it may be, however long that is", async () => {
    expect(await get("/file", 2)).toEqual({ is: "too-large" });
    expect(await get("/endless")).toEqual({ is: "too-large" });
  });

  it("is not looked for elsewhere, and half of it is none", async () => {
    expect(await get("/moved")).toEqual({ is: "answered", status: 302 });
    expect(await get("/gone")).toEqual({ is: "answered", status: 404 });
    expect(await get("/half")).toEqual({ is: "failed", reason: "connection-lost" });
  });

  it("is not fetched from this machine or a net that nobody else can reach", async () => {
    const resolve = async () => ["10.0.0.1"];
    expect(await guardedGet(`${origin}/file`, 9)).toEqual({ is: "failed", reason: "forbidden-url" });
    expect(await guardedGet("https://files.example/x", 9, { resolve })).toEqual({
      is: "failed",
      reason: "forbidden-address",
    });
  });
});
