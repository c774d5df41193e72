import { type AwsClient, awsClient } from "../platform/aws-client.ts";
import { isRefusal } from "../platform/aws.store.ts";
import type { Clock } from "../platform/clock.ts";
import { StartExecutionCommand } from "../platform/sfn.store.ts";
import { type Cohort, cohortOf, nameOfCohort, type Parts } from "./cohort.ts";
import type { JoinAll } from "./cohort-joins.ts";
import type { CohortList } from "./cohort-list.store.ts";

/** What the cohorts' state machine works with. */
export interface CohortMachineUsing {
  readonly parts: Parts;
  readonly list: Pick<CohortList, "add">;
  readonly clock: Clock;
}

/** The state machine that times everybody who waits for the same instant: its first member starts it, and each worker does so once. */
export function cohortMachine(
  machineArn: string,
  { parts, list, clock }: CohortMachineUsing,
  client: AwsClient = awsClient(),
): JoinAll {
  const started = new Set<string>();
  const start = async (cohort: Cohort, name: string) => {
    if (started.has(name)) return;
    const input = JSON.stringify(cohort);
    await unlessThere(client.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input })));
    started.add(name);
    const [oldest] = started;
    if (started.size > rememberedLimit && oldest !== undefined) started.delete(oldest);
  };
  return async (joining) => {
    const joined = joining.map(({ messageId, at, grain }) => ({
      messageId,
      cohort: cohortOf(messageId, at, parts[grain]),
    }));
    const cohorts = Map.groupBy(joined, ({ cohort }) => nameOfCohort(cohort));
    await Promise.all(
      [...cohorts].map(async ([name, members]) => {
        const [first] = members;
        if (!first) return;
        const messageIds = members.map(({ messageId }) => messageId);
        await Promise.all([list.add(first.cohort, messageIds), start(first.cohort, name)]);
        // Whoever comes onto the list after it was read would wait for the sweeper: it is read once more.
        if (clock.now() >= first.cohort.at) await start(first.cohort, `${name}-${first.messageId}`);
      }),
    );
  };
}

/** Names a worker remembers; forgetting one costs a call. */
const rememberedLimit = 1_000;

async function unlessThere(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isRefusal(error, "ExecutionAlreadyExists")) throw error;
  }
}
