import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DeleteCommandInput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
  ScanCommandInput,
  ScanCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from "@aws-sdk/lib-dynamodb";
import { attributesOf, type Attributes, itemOf } from "./attributes.ts";
import { commandOf, type Service } from "./aws-client.ts";

type Item = Readonly<Record<string, unknown>>;
type Reply<Output> = Omit<Output, "$metadata">;

/** What is written as plain values and travels as typed ones. */
interface Written {
  readonly Item?: Item;
  readonly Key?: Item;
  readonly ExpressionAttributeValues?: Item;
  readonly ExclusiveStartKey?: Item;
}

/** What arrives as typed values and is read as plain ones. */
interface Understood {
  readonly Item?: Attributes;
  readonly Attributes?: Attributes;
  readonly LastEvaluatedKey?: Attributes;
  readonly Items?: readonly Attributes[];
}

const dynamo: Service = {
  name: "dynamodb",
  variable: "DYNAMODB",
  contentType: "application/x-amz-json-1.0",
  target: "DynamoDB_20120810",
  written: (input: Written) => {
    const { Item, Key, ExpressionAttributeValues, ExclusiveStartKey } = input;
    return {
      ...input,
      ...(Item && { Item: attributesOf(Item) }),
      ...(Key && { Key: attributesOf(Key) }),
      ...(ExpressionAttributeValues && {
        ExpressionAttributeValues: attributesOf(ExpressionAttributeValues),
      }),
      ...(ExclusiveStartKey && { ExclusiveStartKey: attributesOf(ExclusiveStartKey) }),
    };
  },
  understood: (reply: Understood) => {
    const { Item, Attributes, LastEvaluatedKey, Items } = reply;
    return {
      ...reply,
      ...(Item && { Item: itemOf(Item) }),
      ...(Attributes && { Attributes: itemOf(Attributes) }),
      ...(LastEvaluatedKey && { LastEvaluatedKey: itemOf(LastEvaluatedKey) }),
      ...(Items && { Items: Items.map(itemOf) }),
    };
  },
};

/** Several items are asked for, and answered, by the name of their table. */
const dynamoBatch: Service = {
  ...dynamo,
  written: ({ RequestItems = {} }: WrittenBatch) => ({
    RequestItems: mapped(RequestItems, ({ Keys = [], ...rest }) => ({
      ...rest,
      Keys: Keys.map(attributesOf),
    })),
  }),
  understood: ({ Responses = {}, UnprocessedKeys = {} }: UnderstoodBatch) => ({
    Responses: mapped(Responses, (items) => items.map(itemOf)),
    UnprocessedKeys: mapped(UnprocessedKeys, ({ Keys }) => ({ Keys: Keys.map(itemOf) })),
  }),
};

interface WrittenBatch {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Item[] }>>;
}

interface UnderstoodBatch {
  readonly Responses?: Readonly<Record<string, readonly Attributes[]>>;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
}

function mapped<A, B>(record: Readonly<Record<string, A>>, map: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Reads one item. */
export const GetCommand = commandOf<GetCommandInput, Reply<GetCommandOutput>>(dynamo, "GetItem");
/** Reads up to a hundred items by their keys; those that were not read are named. */
export const BatchGetCommand = commandOf<BatchGetCommandInput, Reply<BatchGetCommandOutput>>(
  dynamoBatch,
  "BatchGetItem",
);
/** Writes one item as a whole. */
export const PutCommand = commandOf<PutCommandInput, object>(dynamo, "PutItem");
/** Changes one item in place. */
export const UpdateCommand = commandOf<UpdateCommandInput, Reply<UpdateCommandOutput>>(dynamo, "UpdateItem");
/** Removes one item. */
export const DeleteCommand = commandOf<DeleteCommandInput, object>(dynamo, "DeleteItem");
/** Reads items that stand together. */
export const QueryCommand = commandOf<QueryCommandInput, Reply<QueryCommandOutput>>(dynamo, "Query");
/** Reads a whole table, a page at a time. */
export const ScanCommand = commandOf<ScanCommandInput, Reply<ScanCommandOutput>>(dynamo, "Scan");
