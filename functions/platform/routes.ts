import type * as z from "zod/mini";
import type { ProblemCode } from "./problem.ts";
import type { scopes } from "./scope.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One HTTP operation as data: the API, its handler, the description and the docs read the same row. */
export interface Operation {
  /** Method and path; path parameters in braces. */
  readonly at: `${Method} /${string}`;
  /** One sentence for the reader of the API description. */
  readonly does: string;
  readonly body?: z.ZodMiniType;
  readonly query?: z.ZodMiniType;
  readonly reply: z.ZodMiniType;
  /** Status of success. @default 200 */
  readonly status?: 200 | 201 | 202 | 204;
  /** Problems this operation may answer besides invalid input. */
  readonly problems?: readonly ProblemCode[];
  /** Takes an `Idempotency-Key`: for every POST that creates something. "by-key": what it creates is found by the key itself. */
  readonly creates?: true | "by-key";
  /** Its reply carries an ETag; where it changes something it takes If-Match, so that no change is lost to another. */
  readonly versioned?: true;
  /** What a key has to be allowed. @default the first part of the path, to read for GET and to write for the rest */
  readonly scope?: (typeof scopes)[number];
  /** Who may call it. @default "key" */
  readonly access?: "key" | "public";
}

/** The operations of one capability by name. */
export type Operations = Readonly<Record<string, Operation>>;
