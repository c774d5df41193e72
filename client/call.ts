/** What a call needs to know of an operation. */
export interface Row {
  /** Method and path; path parameters in braces. */
  readonly at: string;
  readonly hasBody?: true;
  readonly hasQuery?: true;
  /** Takes an `Idempotency-Key`, so that it can be made again without creating twice. */
  readonly creates?: true;
  /** Answers page by page. */
  readonly isPaged?: true;
}

/** What one call may be told besides its input. */
export interface CallOptions {
  /** Ends the call, its retries and its waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Your own key for a creating call, when the same thing may be asked for again after a restart. @default a random one for each call */
  readonly idempotencyKey?: string | undefined;
  /** What you read before you change it: the change is refused when somebody else has made one since. */
  readonly ifMatch?: object | undefined;
}

/** An operation as a function. */
export type Call<Input extends readonly unknown[], Reply> = (
  ...input: [...Input, options?: CallOptions]
) => Promise<Reply>;

/** An operation that answers page by page: one page, or each entry of all pages. */
export type PagedCall<Input extends readonly unknown[], Reply> = Call<Input, Reply> & {
  /** Every entry, fetching page after page while somebody asks for more. */
  readonly each: (...input: [...Input, options?: CallOptions]) => AsyncGenerator<Entry<Reply>, void>;
};

/** What the list in a page is made of. */
export type Entry<Page> = {
  [K in keyof Page]-?: Page[K] extends readonly (infer One)[] ? One : never;
}[keyof Page];

/** What an operation takes as its body. */
export type Body<Operation> = Operation extends (...input: infer Input) => unknown ? AfterIds<Input> : never;

type AfterIds<Input> = Input extends readonly [string, ...infer Rest]
  ? AfterIds<Rest>
  : Input extends readonly [infer First, ...unknown[]]
    ? First
    : never;

/** What an operation answers. */
export type Reply<Operation> = Operation extends (...input: never) => Promise<infer Answer> ? Answer : never;
