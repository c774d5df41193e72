import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keyLimit, type TakeRequests } from "../../functions/platform/key-limit.ts";

/** The counter that all environments share, as its conditional write counts. */
function shared() {
  const used = new Map<string, number>();
  let writes = 0;
  const take: TakeRequests = async (keyId, { minute, count, limit }) => {
    writes += 1;
    const name = `${keyId}/${minute}`;
    const before = used.get(name) ?? 0;
    if (before > limit - count) return undefined;
    used.set(name, before + count);
    return before + count;
  };
  return { take, writes: () => writes };
}

describe("the limit of a key", () => {
  it("lets through at least what is due and never more than its bound, however many environments there are", async () => {
    const environments = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2000 }),
        environments,
        fc.infiniteStream(fc.nat()),
        async (limit, count, choices) => {
          const { take } = shared();
          const admits = Array.from({ length: count }, () => keyLimit(take, () => 30_000));
          let passed = 0;
          for (let call = 0; call < limit * 2 + 200; call += 1) {
            const admit = admits[(choices.next().value ?? 0) % count];
            if ((await admit?.({ keyId: "key_1", limit }))?.isAdmitted) passed += 1;
          }
          const lease = Math.max(1, Math.floor(limit / 50));
          const free = Math.min(10, Math.ceil(limit / 100));
          expect(passed).toBeLessThanOrEqual(limit + free * count);
          expect(passed).toBeGreaterThanOrEqual(limit - (lease + free) * count);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("writes nothing for a key that is seldom used, and once for many requests of a busy one", async () => {
    const { take, writes } = shared();
    const admit = keyLimit(take, () => 30_000);
    for (let call = 0; call < 10; call += 1) await admit({ keyId: "key_1", limit: 6_000 });
    expect(writes()).toBe(0);
    for (let call = 0; call < 5_000; call += 1) await admit({ keyId: "key_1", limit: 6_000 });
    expect(writes()).toBe(42);
  });

  it("shares a lease among requests that come at the same moment", async () => {
    const { take, writes } = shared();
    const admit = keyLimit(take, () => 30_000);
    const together = Array.from({ length: 130 }, () => admit({ keyId: "key_1", limit: 6_000 }));
    const admissions = await Promise.all(together);
    expect(admissions.every(({ isAdmitted }) => isAdmitted)).toBe(true);
    expect(writes()).toBe(1);
  });

  it("starts again with the next minute", async () => {
    let now = 59_000;
    const { take } = shared();
    const admit = keyLimit(take, () => now);
    for (let call = 0; call < 10; call += 1) await admit({ keyId: "key_1", limit: 3 });
    expect(await admit({ keyId: "key_1", limit: 3 })).toMatchObject({
      isAdmitted: false,
      remaining: 0,
      resetSeconds: 1,
    });
    now = 60_000;
    expect(await admit({ keyId: "key_1", limit: 3 })).toMatchObject({ isAdmitted: true, resetSeconds: 60 });
  });
});
