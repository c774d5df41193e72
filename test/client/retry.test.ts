import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitBeforeRetry } from "../../client/retry.ts";

const now = Date.UTC(2026, 10, 23, 17);
const first = { tries: 1, isSafe: true, now, random: () => 0.5 };

describe("when a call is made again", () => {
  it("is after no answer or a failing server, if a second call has no second effect", () => {
    for (const status of [undefined, 408, 500, 502, 503, 504]) {
      expect(waitBeforeRetry({ status }, first)).toBeGreaterThan(0);
      expect(waitBeforeRetry({ status }, { ...first, isSafe: false })).toBeUndefined();
    }
  });

  it("is after 429 in any case: nothing was done", () => {
    expect(waitBeforeRetry({ status: 429 }, { ...first, isSafe: false })).toBeGreaterThan(0);
  });

  it("is while an earlier try with the same key is in progress", () => {
    const outcome = { status: 409, code: "idempotency.in-progress" };
    expect(waitBeforeRetry(outcome, first)).toBeGreaterThan(0);
    expect(waitBeforeRetry({ status: 409, code: "contact.changed" }, first)).toBeUndefined();
  });

  it("is never for what the caller has to mend", () => {
    for (const status of [400, 401, 403, 404, 409, 412, 422])
      expect(waitBeforeRetry({ status }, first)).toBeUndefined();
  });

  it("waits as long as the server asks, in seconds or until a date", () => {
    expect(waitBeforeRetry({ status: 429, retryAfter: "7" }, first)).toBe(7_000);
    const date = new Date(now + 9_000).toUTCString();
    expect(waitBeforeRetry({ status: 503, retryAfter: date }, first)).toBe(9_000);
    expect(waitBeforeRetry({ status: 503, retryAfter: "soon" }, first)).toBe(200);
  });

  it("gives up when the server asks for more than two minutes", () => {
    expect(waitBeforeRetry({ status: 429, retryAfter: "121" }, first)).toBeUndefined();
  });

  it("ends after five tries, and never waits longer than ten seconds of its own accord", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (tries, chance) => {
          const wait = waitBeforeRetry({ status: 503 }, { ...first, tries, random: () => chance });
          expect(wait === undefined).toBe(tries >= 5);
          expect(wait ?? 0).toBeLessThanOrEqual(10_000);
        },
      ),
    );
  });
});
