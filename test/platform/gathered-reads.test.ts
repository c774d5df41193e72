import { describe, expect, it } from "vitest";
import type { Command } from "../../functions/platform/aws-client.ts";
import type { Tables } from "../../functions/platform/aws.store.ts";
import { GetCommand, PutCommand } from "../../functions/platform/dynamo.store.ts";
import { gatheringReads } from "../../functions/platform/gathered-reads.store.ts";

const read = (pk: string, more: object = {}) =>
  new GetCommand({ TableName: "Contacts", Key: { pk, sk: "gate" }, ConsistentRead: true, ...more });

/** A table that has every item but those that are called nobody, and tells what it was asked. */
function table({ leaves = 0 }: { leaves?: number } = {}) {
  const asked: string[] = [];
  const pauses: number[] = [];
  let left = leaves;
  const itemOf = ({ pk }: { pk?: string }) => (pk?.startsWith("nobody") ? [] : [{ pk, sk: "gate" }]);
  const tables: Tables = {
    pause: async (tries) => void pauses.push(tries),
    send: async <Output extends object>({ operation, input }: Command<Output>) => {
      const { Key, ConsistentRead, RequestItems } = input as {
        Key?: { pk: string };
        ConsistentRead?: boolean;
        RequestItems?: Record<string, { Keys: { pk: string }[]; ConsistentRead?: boolean }>;
      };
      if (operation !== "BatchGetItem") {
        asked.push(`${operation} ${ConsistentRead ? "now" : "older"} ${Key?.pk ?? ""}`);
        const [Item] = itemOf(Key ?? {});
        return { ...(Item && { Item }) } as unknown as Output;
      }
      const { Keys = [], ConsistentRead: isNow } = RequestItems?.["Contacts"] ?? {};
      asked.push(`${operation} ${isNow ? "now" : "older"} ${Keys.map(({ pk }) => pk).join(" ")}`);
      const undone = left-- > 0 ? Keys.slice(1) : [];
      const done = Keys.filter((key) => !undone.includes(key));
      return {
        Responses: { Contacts: done.flatMap(itemOf) },
        UnprocessedKeys: undone.length > 0 ? { Contacts: { Keys: undone } } : {},
      } as unknown as Output;
    },
  };
  return { asked, pauses, tables: gatheringReads(tables) };
}

describe("reads that are made at the same moment", () => {
  it("travel together, and each gets its own item or none", async () => {
    const { tables, asked } = table();
    const found = await Promise.all(["con_1", "nobody", "con_2", "con_1"].map((pk) => tables.send(read(pk))));
    expect(found.map(({ Item }) => Item?.["pk"])).toEqual(["con_1", undefined, "con_2", "con_1"]);
    expect(asked).toEqual(["BatchGetItem now con_1 nobody con_2"]);
  });

  it("travel apart where some may be older, and alone when nobody else reads", async () => {
    const { tables, asked } = table();
    const older = { ConsistentRead: false };
    await Promise.all([read("con_1"), read("con_2"), read("con_3", older)].map((one) => tables.send(one)));
    await tables.send(read("con_4"));
    expect(asked).toEqual(["BatchGetItem now con_1 con_2", "GetItem older con_3", "GetItem now con_4"]);
  });

  it("are made again each time: what was read a moment ago may have changed", async () => {
    const { tables, asked } = table();
    await tables.send(read("con_1"));
    await tables.send(read("con_1"));
    expect(asked).toHaveLength(2);
  });

  it("are asked for again after a pause where the table left some of them", async () => {
    const { tables, asked, pauses } = table({ leaves: 2 });
    const found = await Promise.all(["con_1", "con_2", "con_3"].map((pk) => tables.send(read(pk))));
    expect(found.map(({ Item }) => Item?.["pk"])).toEqual(["con_1", "con_2", "con_3"]);
    expect(asked.map((one) => one.split(" ").length - 2)).toEqual([3, 2, 1]);
    expect(pauses).toEqual([1, 2]);
  });

  it("leave everything else as it is", async () => {
    const { tables, asked } = table();
    await tables.send(new PutCommand({ TableName: "Contacts", Item: { pk: "con_1", sk: "gate" } }));
    expect(asked).toEqual(["PutItem older "]);
  });
});
