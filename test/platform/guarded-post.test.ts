import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Guard, loopbackGuard } from "../../functions/platform/guarded-call.ts";
import { guardedPost } from "../../functions/platform/guarded-post.ts";
import { isSafeUrl } from "../../functions/platform/safe-url.ts";
import { isPublicAddress } from "../../functions/platform/public-address.ts";

/** Addresses nobody's webhook may lead to, in every way of writing that a resolver may answer with. */
const closed = [
  "0.0.0.0",
  "0.1.2.3",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.127.255.255",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.0.1",
  "169.254.169.254",
  "169.254.170.2",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.1",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "0:0:0:0:0:0:0:1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
  "::ffff:10.0.0.1",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
  "0:0:0:0:0:ffff:c0a8:0101",
  "::ffff:0:127.0.0.1",
  "64:ff9b::7f00:1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2001:0:4136:e378:8000:63bf:3fff:fdd2",
  "2002:7f00:1::",
  "2002:a9fe:a9fe::1",
  "3fff::1",
  "5f00::1",
  "fc00::1",
  "fd00:ec2::254",
  "fdff::1",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "2606:4700::1%1",
  "",
  "localhost",
  "1.2.3",
  "0x7f000001",
  "2130706433",
];
const open = [
  "1.1.1.1",
  "8.8.8.8",
  "100.63.255.255",
  "100.128.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450::200e",
  "::ffff:8.8.8.8",
  "2001:4860:4860::8888",
];

/** Hosts that are an address in disguise, and others that can be no endpoint. */
const unsafe = [
  "http://hooks.example.com/",
  "ftp://hooks.example.com/",
  "file:///etc/passwd",
  "data:text/plain,x",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://0x7f000001/",
  "https://0177.0.0.1/",
  "https://127.1/",
  "https://0/",
  "https://0x7f.1/",
  "https://017700000001/",
  "https://3232235777/",
  "https://169.254.169.254/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
  "https://[::]/",
  "https://[fd00:ec2::254]/",
  "https://8.8.8.8/",
  "https://①②⑦.0.0.1/",
  "https://127。0。0。1/",
  "https://localhost/",
  "https://metadata/",
  "https://intranet/",
  "https://user@hooks.example.com/",
  "https://user:secret@hooks.example.com/",
  "https://hooks.example.com:22/",
  "https://hooks.example.com:8443/",
  "https://hooks.example.com:80/",
  "https://hooks.example.com:6379/",
];

describe("an address", () => {
  it.each(closed)("%s is nobody's public one", (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(open)("%s may be reached", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe("an endpoint", () => {
  it.each(unsafe)("%s is refused before anything is asked", async (url) => {
    expect(isSafeUrl(new URL(url))).toBe(false);
    const asked: string[] = [];
    const resolve = async (name: string) => {
      asked.push(name);
      return ["8.8.8.8"];
    };
    expect(await guardedPost({ url, headers: {}, body: "{}" }, { resolve })).toEqual({
      is: "failed",
      reason: "forbidden-url",
    });
    expect(asked).toEqual([]);
  });

  it("may be any name at the usual port", () => {
    for (const url of [
      "https://hooks.example.com/a?b=c",
      "https://hooks.example.com:443/",
      "https://münchen.example/",
    ])
      expect(isSafeUrl(new URL(url)), url).toBe(true);
  });

  it("is not called when one of its addresses is closed, whichever", async () => {
    for (const addresses of [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::ffff:127.0.0.1", "8.8.8.8"], []]) {
      const resolve = async () => addresses;
      const posted = await guardedPost(
        { url: "https://hooks.example.com/", headers: {}, body: "{}" },
        { resolve },
      );
      expect(posted, addresses.join()).toEqual({ is: "failed", reason: "forbidden-address" });
    }
  });
});

const servers: (Server | Socket)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A server at an address of this machine that counts who calls. */
async function aServer(address: string, port = 0, answer: (count: number) => number = () => 204) {
  const calls = { count: 0 };
  const server = createServer((request, response) => {
    calls.count += 1;
    request.resume();
    response.writeHead(answer(calls.count), { "retry-after": "7", location: "http://127.0.0.1/" }).end();
  });
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  servers.push(server);
  return { calls, port: (server.address() as AddressInfo).port };
}

/** A name server of somebody who means no good: each time it is asked it answers with the next address, good for no second. */
async function aRebindingNameServer(addresses: readonly string[]) {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const address = addresses[Math.min(asked.length, addresses.length - 1)] ?? "";
    asked.push(address);
    socket.send(answerTo(question, address), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  servers.push(socket);
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return { asked, resolve: (name: string) => resolver.resolve4(name) };
}

/** The question again with one answer of type A and no time to live (RFC 1035, section 4). */
function answerTo(question: Buffer, address: string): Buffer {
  const head = Buffer.from(question.subarray(0, 12));
  head.writeUInt16BE(0x8180, 2);
  head.writeUInt16BE(1, 6);
  head.writeUInt32BE(0, 8);
  const end = question.indexOf(0, 12) + 5;
  const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split(".").map(Number)]);
  return Buffer.concat([head, question.subarray(12, end), answer]);
}

/** As if 127.0.0.2 were the Internet and everything else our own network. */
const pretended: Guard = { isUrlAllowed: () => true, isAddressAllowed: (address) => address === "127.0.0.2" };

describe("a name that leads elsewhere the second time", () => {
  it("is asked once, and the connection goes to the address that was checked", async () => {
    const outside = await aServer("127.0.0.2");
    const inside = await aServer("127.0.0.1", outside.port);
    const names = await aRebindingNameServer(["127.0.0.2", "127.0.0.1"]);
    const post = { url: `http://rebind.example.com:${outside.port}/hooks`, headers: {}, body: "{}" };
    const guard = { ...pretended, resolve: names.resolve };
    expect(await guardedPost(post, guard)).toMatchObject({ is: "answered", status: 204 });
    expect(names.asked).toEqual(["127.0.0.2"]);
    expect(await guardedPost(post, guard)).toEqual({ is: "failed", reason: "forbidden-address" });
    expect([outside.calls.count, inside.calls.count]).toEqual([1, 0]);
  });
});

describe("an answer", () => {
  const post = (port: number) => ({ url: `http://127.0.0.1:${port}/hooks`, headers: {}, body: "{}" });

  it("that leads elsewhere is an answer like any other", async () => {
    const { port, calls } = await aServer("127.0.0.1", 0, () => 307);
    expect(await guardedPost(post(port), loopbackGuard)).toEqual({
      is: "answered",
      status: 307,
      retryAfter: "7",
      location: "http://127.0.0.1/",
    });
    expect(calls.count).toBe(1);
  });

  it("that never ends is let go once its status is known", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200);
      const more = setInterval(() => response.write("x".repeat(8_192)), 1);
      response.on("close", () => clearInterval(more));
    });
    const closed = new Promise((resolve) => server.on("connection", (socket) => socket.on("close", resolve)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    expect(await guardedPost(post(port), loopbackGuard)).toEqual({ is: "answered", status: 200 });
    await closed;
  });

  it("that does not come is waited for a while, from a server or from its name", async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const timeoutMilliseconds = 50;
    expect(await guardedPost(post(port), { ...loopbackGuard, timeoutMilliseconds })).toEqual({
      is: "failed",
      reason: "timeout",
    });
    server.closeAllConnections();
    const resolve = () => new Promise<never>(() => undefined);
    expect(await guardedPost(post(port), { ...loopbackGuard, timeoutMilliseconds, resolve })).toEqual({
      is: "failed",
      reason: "timeout",
    });
  });

  it("that cannot come is told from one that was lost", async () => {
    const { port } = await aServer("127.0.0.1");
    const free = post(port);
    for (const server of servers.splice(0))
      await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(await guardedPost(free, loopbackGuard)).toEqual({ is: "failed", reason: "cannot-connect" });
    const unknown = { url: "https://nobody.invalid/", headers: {}, body: "{}" };
    const resolve = async () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    expect(await guardedPost(unknown, { resolve })).toEqual({ is: "failed", reason: "no-such-host" });
  });
});
