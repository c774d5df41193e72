/** A request of the API. */
export interface Order {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly body?: string;
  readonly key?: string;
}

/** What matters of an answer. */
export interface Answer {
  readonly id: string;
  readonly status: string;
  /** When the last thing happened to it, on the cloud's clock. */
  readonly lastAt: number;
}
