import * as z from "zod/mini";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { Entry, PagedCall } from "../../client/call.ts";
import { rowOf } from "../../client/operations.ts";
import { eachEntry } from "../../client/pages.ts";

const pages: Readonly<Record<string, { things: number[]; nextCursor?: string }>> = {
  first: { things: [1, 2], nextCursor: "a" },
  a: { things: [], nextCursor: "b" },
  b: { things: [3] },
};

describe("a list in pages", () => {
  it("is told by the cursor in the operation's query", () => {
    const reply = z.object({ things: z.array(z.number()), nextCursor: z.optional(z.string()) });
    const query = z.strictObject({ cursor: z.optional(z.string()) });
    expect(rowOf({ at: "GET /v1/things", does: "Lists.", query, reply })).toEqual({
      at: "GET /v1/things",
      hasQuery: true,
      isPaged: true,
    });
    expect(rowOf({ at: "GET /v1/things", does: "Lists.", reply }).isPaged).toBeUndefined();
  });

  it("is walked to its end, empty pages included", async () => {
    const found = await all(eachEntry(async (cursor) => pages[cursor ?? "first"]));
    expect(found).toEqual([1, 2, 3]);
  });

  it("is fetched no further than somebody walks", async () => {
    const asked: unknown[] = [];
    const page = async (cursor: string | undefined) => {
      asked.push(cursor);
      return pages[cursor ?? "first"];
    };
    for await (const one of eachEntry(page)) if (one === 2) break;
    expect(asked).toEqual([undefined]);
  });

  it("ends when a page points at itself", async () => {
    const page = async () => ({ things: [1], nextCursor: "again" });
    expect(await all(eachEntry(page))).toEqual([1, 1]);
  });

  it("has entries of the list's type", () => {
    type Things = PagedCall<[query?: { cursor?: string }], { things: { id: string }[]; nextCursor?: string }>;
    expectTypeOf<ReturnType<Things["each"]>>().toExtend<AsyncGenerator<{ id: string }, void>>();
    expectTypeOf<Entry<Awaited<ReturnType<Things>>>>().toEqualTypeOf<{ id: string }>();
  });
});

async function all<T>(entries: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const entry of entries) found.push(entry);
  return found;
}
