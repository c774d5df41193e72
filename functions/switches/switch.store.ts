import { ifConditionHolds, type Tables } from "../platform/aws.store.ts";
import { GetCommand, PutCommand, QueryCommand } from "../platform/dynamo.store.ts";
import { allOn, Board, Turn } from "./switch.ts";

/** Where the switches are kept. */
export interface SwitchStore {
  readonly find: () => Promise<Board>;
  /** Writes the next version; false when somebody else changed the board first. */
  readonly replace: (next: Board, seen: Board) => Promise<boolean>;
  /** Keeps a turn for good; the same turn twice is one. */
  readonly append: (turn: Turn) => Promise<void>;
  /** Turns, newest first. */
  readonly listTurns: (limit: number) => Promise<readonly Turn[]>;
}

const pk = "switches";

/** Switches in the counters table: the board is one item, each turn is another. */
export function switchStore(tables: Tables, table: string): SwitchStore {
  return {
    find: async () => {
      const reply = await tables.send(
        new GetCommand({ TableName: table, Key: { pk, sk: "board" }, ConsistentRead: true }),
      );
      return reply.Item ? Board.parse(reply.Item["board"]) : allOn;
    },
    replace: (next, seen) => {
      const board = { ...next, version: seen.version + 1 };
      const isFirst = seen.version === 0;
      return ifConditionHolds(
        tables.send(
          new PutCommand({
            TableName: table,
            Item: { pk, sk: "board", version: board.version, board },
            ConditionExpression: isFirst ? "attribute_not_exists(pk)" : "version = :seen",
            ...(!isFirst && { ExpressionAttributeValues: { ":seen": seen.version } }),
          }),
        ),
      );
    },
    append: async (turn) => {
      const sk = `turn#${String(turn.number).padStart(12, "0")}`;
      await tables.send(new PutCommand({ TableName: table, Item: { pk, sk, turn } }));
    },
    listTurns: async (limit) => {
      const reply = await tables.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk AND begins_with(sk, :turn)",
          ExpressionAttributeValues: { ":pk": pk, ":turn": "turn#" },
          ScanIndexForward: false,
          Limit: limit,
        }),
      );
      return (reply.Items ?? []).map((item) => Turn.parse(item["turn"]));
    },
  };
}

/** Reads the board, decides its next version and writes it, again from the start when somebody else was quicker. */
export async function changeBoard(
  store: Pick<SwitchStore, "find" | "replace">,
  change: (board: Board) => Board,
): Promise<Board> {
  for (let tries = 0; tries < triesLimit; tries += 1) {
    const seen = await store.find();
    const next = change(seen);
    if (next === seen) return seen;
    if (await store.replace(next, seen)) return { ...next, version: seen.version + 1 };
  }
  throw new Error(`The switches changed ${triesLimit} times while we looked`);
}

const triesLimit = 10;
