import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { retryPauses } from "../../functions/integrations/delivery.ts";
import { secretOf, signedHeaders } from "../../functions/integrations/signature.ts";
import { events } from "../../functions/platform/events.ts";
import { saidOf } from "../../functions/platform/said-of.ts";

const page = readFileSync(fileURLToPath(new URL("../../docs/webhooks.md", import.meta.url)), "utf8");
const body = '{"id":"evt_1","type":"message.status","data":{"reason":"Grüße"}}';
const secret = secretOf("whk_1", 1, "k".repeat(32));
const headers = signedHeaders({ id: "evt_1", at: Date.now(), body }, [
  secretOf("whk_1", 2, "k".repeat(32)),
  secret,
]);

it("the page lists each event once, in the words of the code", () => {
  const rows = [...page.matchAll(/^\| `([a-z.-]+)` \| (.+) \|$/gm)].map(([, type, does]) => [type, does]);
  expect(rows).toEqual(Object.entries(events).map(([type, row]) => [type, saidOf(row).description]));
});

it("the page tells the schedule as it is", () => {
  expect(retryPauses.map((pause) => pause / 60_000)).toEqual([5 / 60, 5, 30, 120, 300, 600, 600]);
  expect(page).toContain(
    "after 5 seconds, 5 minutes, 30 minutes, 2, 5, 10 and 10 hours: eight tries in 28 hours",
  );
});

it.skipIf(spawnSync("python3", ["--version"]).status !== 0)(
  "the receiver in Python takes what we sign and refuses what was changed, is old or has another secret",
  () => {
    const code = /```python\n([\s\S]+?)```/.exec(page)?.[1] ?? "";
    const program = `${code}
import sys
case = json.load(sys.stdin)
try:
    print(json.dumps(verified(case["secret"], case["headers"], case["body"].encode())))
except ValueError as error:
    print(error)
`;
    const run = (more: object) =>
      spawnSync("python3", ["-c", program], {
        input: JSON.stringify({ secret, headers, body, ...more }),
      }).stdout.toString();
    expect(JSON.parse(run({}))).toEqual(JSON.parse(body));
    expect(run({ body: `${body} ` })).toBe("not from us\n");
    expect(run({ secret: secretOf("whk_2", 1, "k".repeat(32)) })).toBe("not from us\n");
    const old = signedHeaders({ id: "evt_1", at: Date.now() - 400_000, body }, [secret]);
    expect(run({ headers: old })).toBe("too old or too new\n");
  },
);
