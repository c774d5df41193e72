import { randomUUID } from "node:crypto";
import type { Job } from "./job.ts";
import type { Records } from "./records.ts";

/** Time as the carriers see it: the clock of the local cloud, which may run fast. */
export interface Clock {
  now(): number;
  /** Runs something at an instant; the answer cancels it. */
  setTimer(at: number, run: () => void): () => void;
}

/** A job with its instant, as it is kept. */
export interface PlannedJob {
  readonly id: string;
  readonly at: number;
  readonly job: Job;
}

/** Does a job; what it answers is written together with the job's removal. `signal` ends when the carriers stop. */
export type Performer = (planned: PlannedJob, signal: AbortSignal) => Promise<() => void> | (() => void);

/** Timers that survive a kill: a job leaves the agenda in the same write as its effects. */
export interface Agenda {
  readonly plan: (at: number, job: Job) => void;
  /** Takes up what an earlier run left. */
  readonly start: (perform: Performer) => void;
  readonly forgetAll: () => void;
  readonly stop: () => Promise<void>;
}

/** Opens the agenda over its records. */
export function openAgenda(clock: Clock, records: Records): Agenda {
  const cancels = new Map<string, () => void>();
  const stopping = new AbortController();
  const lines = waitingLines();
  let perform: Performer | undefined;
  const isOff = ({ id }: PlannedJob): boolean => stopping.signal.aborted || !records.jobs.get(id);
  const run = async (planned: PlannedJob): Promise<void> => {
    if (!perform || isOff(planned)) return;
    const settle = await perform(planned, stopping.signal);
    // A stop in the middle of a request leaves the job for the next start; a reset has removed it.
    if (isOff(planned)) return;
    finish(records, planned, settle);
  };
  const arm = (planned: PlannedJob): void => {
    const due = (): void => {
      cancels.delete(planned.id);
      lines.add(lineOf(planned.job), () => run(planned));
    };
    cancels.set(planned.id, clock.setTimer(planned.at, due));
  };
  const plan: Agenda["plan"] = (at, job) => {
    const planned = { id: randomUUID(), at, job };
    records.jobs.put(planned);
    arm(planned);
  };
  const start: Agenda["start"] = (performer) => {
    perform = performer;
    for (const planned of records.jobs.find("true order by due, seq")) arm(planned);
  };
  const forgetAll = (): void => {
    for (const cancel of cancels.values()) cancel();
    cancels.clear();
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    forgetAll();
    await lines.end();
  };
  return { plan, start, forgetAll, stop };
}

function finish(records: Records, { id }: PlannedJob, settle: () => void): void {
  records.atomically(() => {
    settle();
    records.jobs.remove(id);
  });
}

/** Callbacks of one message and receipts of one notification leave one after the other. */
function lineOf(job: Job): string | undefined {
  if (job.does === "callback" || job.does === "event") return job.sid;
  return job.does === "receipt" ? job.notice : undefined;
}

function waitingLines() {
  const lasts = new Map<string, Promise<void>>();
  const underWay = new Set<Promise<void>>();
  const add = (line: string | undefined, work: () => Promise<void>): void => {
    const before = (line === undefined ? undefined : lasts.get(line)) ?? Promise.resolve();
    const done = finished(before, work);
    if (line !== undefined) lasts.set(line, done);
    underWay.add(done);
    const leave = (): void => {
      underWay.delete(done);
      if (line !== undefined && lasts.get(line) === done) lasts.delete(line);
    };
    void done.then(leave);
  };
  return { add, end: () => Promise.all(underWay) };
}

async function finished(before: Promise<void>, work: () => Promise<void>): Promise<void> {
  await before;
  try {
    await work();
  } catch (error) {
    console.error("A simulated carrier could not do its work:", error);
  }
}
