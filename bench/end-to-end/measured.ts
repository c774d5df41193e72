/** What one run of messages showed. */
export interface Measured {
  /** From the first request to the last message's final state. */
  readonly seconds: number;
  readonly acceptedSeconds: number;
  /** Microseconds by whose work it was. */
  readonly cpu: Readonly<Record<string, number>>;
  /** How many messages ended in which status, as the API says. */
  readonly ends: Readonly<Record<string, number>>;
  /** Messages without a final status. */
  readonly open: number;
  /** Messages that the sweeper had to bring to their end. */
  readonly late: number;
  /** Different texts that the carrier took, and how many of them more than once. */
  readonly reached: number;
  readonly doubled: number;
}
