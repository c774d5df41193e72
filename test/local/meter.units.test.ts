import * as fc from "fast-check";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import {
  apiUnits,
  type Attribute,
  indexWriteUnits,
  type IndexShape,
  type Item,
  itemBytes,
  queueUnits,
  readUnits,
  tableWriteUnits,
  writeUnits,
} from "../../local/meter-units.ts";

const table = { key: ["pk", "sk"], indexes: [] };
const byPerson: IndexShape = { name: "byPerson", key: ["person", "at"], carries: "all" };
const byDue: IndexShape = { name: "byDue", key: ["due"], carries: [] };

function anItem(more: Item = {}): Item {
  return { pk: { S: "p" }, sk: { S: "s" }, person: { S: "anna" }, at: { N: "1" }, due: { N: "5" }, ...more };
}

const numbers = fc.integer().map((N): Attribute => ({ N: String(N) }));
const texts = fc.string({ maxLength: 40 }).map((S): Attribute => ({ S }));
const attributes: fc.Arbitrary<Attribute> = fc.letrec<{ any: Attribute }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    texts,
    numbers,
    fc.constant<Attribute>({ BOOL: true }),
    fc.constant<Attribute>({ NULL: true }),
    fc.array(tie("any"), { maxLength: 3 }).map((L): Attribute => ({ L })),
    fc.dictionary(fc.string({ maxLength: 5 }), tie("any"), { maxKeys: 3 }).map((M): Attribute => ({ M })),
  ),
})).any;
const items = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), attributes, { maxKeys: 5 });

describe("the size of an item", () => {
  it("is what the documentation's rules make of it", () => {
    expect(itemBytes({ name: { S: "ä" } })).toBe(4 + 2);
    expect(itemBytes({ n: { N: "1700000000000" } })).toBe(1 + 2);
    expect(itemBytes({ n: { N: "-12345" } })).toBe(1 + 3 + 1 + 1);
    expect(itemBytes({ list: { L: [] } })).toBe(4 + 3);
    expect(itemBytes({ map: { M: { a: { S: "bc" } } } })).toBe(3 + 3 + 1 + 1 + 2);
    expect(itemBytes({ yes: { BOOL: false }, no: { NULL: true } })).toBe(3 + 1 + 2 + 1);
    expect(itemBytes({ raw: { B: Buffer.from("four").toString("base64") } })).toBe(3 + 4);
  });

  it("is the one that the local tables bill reads by", () => {
    const inside: { capacityUnits: (item: Item, isRead: boolean, isConsistent: boolean) => number } =
      createRequire(import.meta.url)("dynalite/db");
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 20_000 }), (item, length) => {
        const large = { ...item, filler: { S: "x".repeat(length) } };
        expect(readUnits(itemBytes(large), "consistent")).toBe(inside.capacityUnits(large, true, true));
        expect(writeUnits(itemBytes(large))).toBe(inside.capacityUnits(large, false, true));
      }),
    );
  });
});

describe("units", () => {
  it("start at one and grow by one at each full kilobyte written, each four kilobytes read", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * 1024 }), (bytes) => {
        expect((writeUnits(bytes) - 1) * 1024).toBeLessThan(bytes);
        expect(writeUnits(bytes) * 1024).toBeGreaterThanOrEqual(bytes);
        expect((readUnits(bytes, "consistent") - 1) * 4096).toBeLessThan(bytes);
        expect(readUnits(bytes, "consistent") * 4096).toBeGreaterThanOrEqual(bytes);
      }),
    );
    expect([writeUnits(0), readUnits(0, "eventual"), queueUnits(0), apiUnits(0)]).toEqual([1, 0.5, 1, 1]);
    expect([queueUnits(65_536), queueUnits(65_537), apiUnits(524_289)]).toEqual([1, 2, 2]);
  });

  it("halve for eventually consistent reads and double in transactions", () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (bytes) => {
        expect(readUnits(bytes, "eventual") * 2).toBe(readUnits(bytes, "consistent"));
        expect(readUnits(bytes, "transaction")).toBe(readUnits(bytes, "consistent") * 2);
        expect(writeUnits(bytes, true)).toBe(writeUnits(bytes) * 2);
      }),
    );
  });

  it("of a write are those of the larger item, before or after", () => {
    fc.assert(
      fc.property(items, items, (one, other) => {
        expect(tableWriteUnits(one, other)).toBe(tableWriteUnits(other, one));
        expect(tableWriteUnits(one, other)).toBe(
          Math.max(tableWriteUnits(one, undefined), tableWriteUnits(undefined, other)),
        );
      }),
    );
  });
});

describe("the units of an index", () => {
  const units = (index: IndexShape, before?: Item, after?: Item) =>
    indexWriteUnits(table, index, before, after);

  it("are none while its entry stays the same", () => {
    fc.assert(fc.property(items, (more) => units(byPerson, anItem(more), anItem(more)) === 0));
    expect(units(byDue, anItem(), anItem({ text: { S: "new" } })), "not carried").toBe(0);
  });

  it("are those of the entry when it comes, goes or changes in its place", () => {
    const { due: _due, ...notDue } = anItem();
    expect([
      units(byDue, undefined, anItem()),
      units(byDue, anItem(), notDue),
      units(byDue, notDue, notDue),
    ]).toEqual([1, 1, 0]);
    expect(units(byPerson, anItem(), anItem({ text: { S: "x".repeat(1500) } }))).toBe(2);
  });

  it("count twice when its key changes: out of one place and into another", () => {
    expect(units(byDue, anItem(), anItem({ due: { N: "6" } }))).toBe(2);
    expect(units(byPerson, anItem({ text: { S: "x".repeat(1500) } }), anItem({ person: { S: "bob" } }))).toBe(
      3,
    );
  });
});
