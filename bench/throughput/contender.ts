/** One message that a contender is to send; every one is a single segment. */
export interface Job {
  readonly id: string;
  readonly isUrgent: boolean;
}

/** What a contender is asked to do, and with what. */
export interface Task {
  /** Segments per second that the sender may send. */
  readonly rate: number;
  /** Processes that send. */
  readonly workers: number;
  /** Which of them this is. */
  readonly index: number;
  /** Hands one message to the provider: the same call with the same client for everybody. */
  readonly send: (id: string) => Promise<void>;
  /** Milliseconds on a clock that all processes of this machine share. */
  readonly now: () => number;
}

/** One process of a contender. */
export interface Contender {
  /** Takes what waits before anybody sends. */
  readonly load: (jobs: readonly Job[]) => Promise<void>;
  /** Begins to send. */
  readonly start: () => Promise<void>;
  /** Hands over an urgent message; answers when that began. */
  readonly urge: (job: Job) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** What a contender's file exports. */
export interface ContenderModule {
  readonly open: (task: Task) => Promise<Contender>;
}

/** Milliseconds that the provider takes to answer, on average. */
export const callMilliseconds = 100;
