import { createServer, type IncomingMessage } from "node:http";

// Stands in for AWS and the provider where only the caller is measured: it keeps items and queue bodies, and answers at once.
type Value = { readonly S?: string; readonly N?: string };
interface Asked {
  readonly TableName?: string;
  readonly Key?: Record<string, { readonly S?: string }>;
  readonly Item?: Record<string, Value>;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, Value>;
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly NonNullable<Asked["Key"]>[] }>>;
  readonly Entries?: readonly { readonly Id?: string; readonly MessageBody?: string }[];
  readonly SecretId?: string;
}

const contact = process.argv[2] ?? "{}";
const secrets: Record<string, string> = {};
const items = new Map<string, Asked["Item"]>();
const queued: string[] = [];
const counts: Record<string, number> = {};
const nothing = {};
let sids = 0;

const answers: Readonly<Record<string, (asked: Asked) => object | undefined>> = {
  GetItem: ({ TableName, Key }) => {
    const Item = itemAt(TableName, Key);
    return Item ? { Item } : nothing;
  },
  BatchGetItem: ({ RequestItems = {} }) => {
    const found = Object.entries(RequestItems).map(([table, { Keys = [] }]) => [
      table,
      Keys.map((key) => itemAt(table, key)).filter((item) => item !== undefined),
    ]);
    return { Responses: Object.fromEntries(found), UnprocessedKeys: nothing };
  },
  PutItem: ({ TableName, Item, ConditionExpression = "", ExpressionAttributeValues }) => {
    const name = nameOf(TableName, Item);
    const version = ExpressionAttributeValues?.[":seen"]?.N;
    const stands = items.get(name);
    const holds =
      version === undefined ? !ConditionExpression || !stands : stands?.["version"]?.N === version;
    if (!holds) return undefined;
    items.set(name, Item);
    return nothing;
  },
  UpdateItem: (asked) => {
    const name = nameOf(asked.TableName, asked.Key);
    const stands = items.get(name) ?? {};
    if (!holdsFor(stands, asked)) return undefined;
    const Attributes = updated({ ...asked.Key, ...stands }, asked);
    items.set(name, Attributes);
    return { Attributes };
  },
  Query: () => ({ Items: [], Count: 0 }),
  SendMessage: ({ MessageBody = "" }) => {
    queued.push(MessageBody);
    return { MessageId: "1" };
  },
  SendMessageBatch: ({ Entries = [] }) => {
    queued.push(...Entries.map((entry) => entry.MessageBody ?? ""));
    return { Successful: Entries.map(({ Id }) => ({ Id, MessageId: "1" })), Failed: [] };
  },
  PutEvents: ({ Entries = [] }) => ({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: "1" })) }),
  GetSecretValue: ({ SecretId = "" }) => ({ SecretString: secrets[SecretId] }),
};

/** Whether every part of the condition holds: those that our stores write are equal, at most, and not there. */
function holdsFor(item: Record<string, Value>, asked: Asked): boolean {
  const { ConditionExpression = "", ExpressionAttributeValues: values = {} } = asked;
  const isTrue = (part: string): boolean => {
    const [, absent] = /^attribute_not_exists\((.+)\)$/.exec(part) ?? [];
    if (absent !== undefined) return item[absent] === undefined;
    const [name = "", sign = "", value = ""] = part.split(" ");
    if (sign === "<=") return Number(item[name]?.N) <= Number(values[value]?.N);
    return JSON.stringify(item[name]) === JSON.stringify(values[value]);
  };
  return ConditionExpression.split(" AND ").every(
    (all) => all === "" || all.split(" OR ").some((part) => isTrue(part.trim())),
  );
}

/** An item as ADD, SET and REMOVE leave it. */
function updated(item: Record<string, Value>, asked: Asked): Record<string, Value> {
  const {
    UpdateExpression = "",
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues = {},
  } = asked;
  const next = { ...item };
  for (const [, clause, rest = ""] of UpdateExpression.matchAll(
    /(ADD|SET|REMOVE) (.+?)(?= (?:ADD|SET|REMOVE) |$)/g,
  ))
    for (const change of rest.split(", ")) {
      const [word = "", value = ""] = change.split(/ = | /);
      const name = names[word] ?? word;
      const given = ExpressionAttributeValues[value];
      if (clause === "REMOVE") delete next[name];
      else if (clause === "ADD") next[name] = { N: String(Number(next[name]?.N ?? 0) + Number(given?.N)) };
      else if (given) next[name] = given;
    }
  return next;
}

function itemAt(table: string | undefined, key: Asked["Key"]): Asked["Item"] {
  return items.get(nameOf(table, key)) ?? personAt(key);
}

/** Everybody is known, with one phone. */
function personAt(key: Asked["Key"]): Asked["Item"] {
  const id = key?.["pk"]?.S ?? "";
  if (!id.startsWith("con_") || key?.["sk"]?.S !== "profile") return undefined;
  return JSON.parse(contact.replaceAll("con_ANYBODY", id));
}

function nameOf(table: string | undefined, key: Asked["Key"]): string {
  return `${table}/${key?.["pk"]?.S}/${key?.["sk"]?.S}`;
}

function answerTo(request: IncomingMessage, body: string): { status: number; text: string } {
  if (request.url?.endsWith("/Messages.json"))
    return {
      status: 201,
      text: JSON.stringify({ sid: `SM${String((sids += 1)).padStart(32, "0")}`, status: "queued" }),
    };
  const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
  counts[operation] = (counts[operation] ?? 0) + 1;
  const answer = answers[operation]?.(JSON.parse(body));
  if (answer) return { status: 200, text: JSON.stringify(answer) };
  return { status: 400, text: JSON.stringify({ __type: "ConditionalCheckFailedException" }) };
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (part: string) => (body += part));
  request.on("end", () => {
    const { status, text } = answerTo(request, body);
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    });
    response.end(text);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
});
process.on("message", (told: Record<string, string> | "look") => {
  if (told === "look") process.send?.({ queued: queued.splice(0), counts });
  else Object.assign(secrets, told);
});
process.on("disconnect", () => process.exit(0));
