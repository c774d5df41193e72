import * as z from "zod/mini";
import type { events } from "../functions/platform/events.ts";
import { operations as rows } from "../functions/platform/all.routes.ts";
import type { Operation } from "../functions/platform/routes.ts";
import type { Call, PagedCall, Row } from "./call.ts";

// The published package has this file printed from the same rows, without the schemas: see bin/build-client.ts.

/** What the client has to know of each operation to call it. */
export const operations: Readonly<Record<string, Row>> = Object.fromEntries(
  Object.entries(rows).map(([name, row]) => [name, rowOf(row)]),
);

/** The operations of the API as functions: ids of the path first, then body or query, then options. */
export type Heliograph = { readonly [K in keyof typeof rows]: CallOf<(typeof rows)[K]> };

/** Code of a problem that the API answers with. */
export type { ProblemCode } from "../functions/platform/problem.ts";

/** One thing that happened, as a webhook tells it. */
export type WebhookEvent = {
  [N in keyof typeof events]: {
    /** The same whenever it is sent again. */
    readonly id: string;
    readonly type: N;
    readonly timestamp: string;
    readonly data: z.infer<(typeof events)[N]>;
  };
}[keyof typeof events];

/** What a call needs to know of a row. */
export function rowOf(row: Operation): Row {
  return {
    at: row.at,
    ...(row.body && { hasBody: true }),
    ...(row.query && { hasQuery: true }),
    ...(row.creates && { creates: true }),
    ...(isPaged(row) && { isPaged: true }),
  };
}

function isPaged({ query }: Operation): boolean {
  const { properties = {} } = query ? z.toJSONSchema(query, { io: "input", unrepresentable: "any" }) : {};
  return "cursor" in properties;
}

type CallOf<O extends Operation> =
  O["query"] extends z.ZodMiniType<unknown, { cursor?: unknown }>
    ? PagedCall<[...Ids<O["at"]>, ...BodyOf<O>, ...QueryOf<O>], ReplyOf<O>>
    : Call<[...Ids<O["at"]>, ...BodyOf<O>, ...QueryOf<O>], ReplyOf<O>>;

type Ids<At extends string> = At extends `${string}{${string}}${infer Rest}`
  ? [id: string, ...Ids<Rest>]
  : [];

type BodyOf<O extends Operation> = O["body"] extends z.ZodMiniType ? [body: z.input<O["body"]>] : [];

type QueryOf<O extends Operation> = O["query"] extends z.ZodMiniType
  ? Record<string, never> extends QueryIn<O["query"]>
    ? [query?: QueryIn<O["query"]>]
    : [query: QueryIn<O["query"]>]
  : [];

/** What may be left out of a query, with what becomes of it: a number is given as one, though it travels as text. */
type QueryIn<S extends z.ZodMiniType> = {
  [K in keyof z.input<S>]:
    | (K extends keyof z.infer<S> ? z.infer<S>[K] : never)
    | (Record<string, never> extends Pick<z.input<S>, K> ? undefined : never);
};

type ReplyOf<O extends Operation> = O["status"] extends 204 ? void : z.infer<O["reply"]>;
