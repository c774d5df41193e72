import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { startCarriers } from "../../local/carriers/carriers.ts";
import { aBusiness, accountSid, aClock, authToken, clientOf, longCode, person } from "./carriers.fixture.ts";

test("what was under way when the process was killed goes on after the next start", async () => {
  await using business = await aBusiness();
  using folder = aFolder();
  const numbers = [{ number: longCode, mps: 100, optOut: "none" }] as const;
  const accounts = [{ accountSid, authToken, numbers }];
  const doomed = spawn(process.execPath, [
    "--input-type=module",
    "--eval",
    programFor(folder.path, accounts),
  ]);
  const [url] = (await once(createInterface(doomed.stdout), "line")) as [string];
  const client = clientOf({ url });
  const statusCallback = `${business.url}/status`;
  const sids = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const to = `+1212555${String(1000 + index)}`;
      return (await client.messages.create({ to, from: longCode, body: "Hi", statusCallback })).sid;
    }),
  );
  doomed.kill("SIGKILL");
  await once(doomed, "exit");

  const clock = aClock(Date.now() + 60_000);
  const carriers = await startCarriers({ clock, accounts, data: folder.path });
  const delivered = () => business.got.filter(({ form }) => form["MessageStatus"] === "delivered");
  await clock.until(
    "all delivered",
    () => new Set(delivered().map(({ form }) => form["MessageSid"])).size === 20,
  );
  expect(new Set(delivered().map(({ form }) => form["MessageSid"]))).toEqual(new Set(sids));
  expect(carriers.handsets.list()).toHaveLength(20);
  expect(carriers.handsets.truth().texts.map(({ status }) => status)).toEqual(sids.map(() => "delivered"));
  await carriers.stop();
});

test("switches, blocks and what waits for a phone are kept over a restart", async () => {
  using folder = aFolder();
  const numbers = [{ number: longCode, mps: 10, optOut: "provider" }] as const;
  const accounts = [{ accountSid, authToken, numbers }];
  const clock = aClock();
  const first = await startCarriers({ clock, accounts, data: folder.path });
  first.handsets.set(person, { phoneOff: true });
  await clientOf(first).messages.create({ to: person, from: longCode, body: "Waiting" });
  first.handsets.answer("+12125550199", longCode, "STOP");
  await clock.pass(10_000);
  await first.stop();

  const second = await startCarriers({ clock, accounts, data: folder.path });
  expect(second.handsets.get(person).switches.phoneOff).toBe(true);
  expect(second.handsets.truth().optOuts).toMatchObject([{ handset: "+12125550199", sender: longCode }]);
  second.handsets.set(person, { phoneOff: false });
  await clock.pass(10_000);
  expect(second.handsets.messagesOf(person)).toMatchObject([{ body: "Waiting", status: "delivered" }]);
  await second.stop();
});

/** A program that starts carriers on the real clock, prints their address and waits to be killed. */
function programFor(data: string, accounts: unknown): string {
  const carriers = new URL("../../local/carriers/carriers.ts", import.meta.url).href;
  return `
    const { startCarriers } = await import(${JSON.stringify(carriers)});
    const clock = {
      now: () => Date.now(),
      setTimer: (at, run) => { const timer = setTimeout(run, at - Date.now()); return () => clearTimeout(timer); },
    };
    const { url } = await startCarriers({ clock, data: ${JSON.stringify(data)}, accounts: ${JSON.stringify(accounts)} });
    console.log(url);
  `;
}

function aFolder() {
  const path = mkdtempSync(join(tmpdir(), "heliograph-carriers-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}
