/** One thing that happened, as the bus carried it. */
export interface Happened {
  readonly time: string;
  readonly "detail-type": string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What a reader wants to hear of. */
export interface Asked {
  /** Milliseconds to go back. @default - from now on, or on this machine from the last thousand events */
  readonly since: number | undefined;
  readonly follows: boolean;
  readonly signal: AbortSignal;
}
