import { type AwsClient, awsClient, type Environment } from "./aws-client.ts";
import { gatheringReads } from "./gathered-reads.store.ts";

/** Tables as stores use them: plain objects in and out, absent values left out. */
export type Tables = AwsClient;

/** The tables of the account and region that the environment names; what is read at the same moment travels together. */
export function tables(environment?: Environment): Tables {
  return gatheringReads(awsClient({ attempts: 5, ...(environment && { environment }) }));
}

/** Runs a conditional write: true when it happened, false when its condition did not hold. */
export async function ifConditionHolds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isRefusal(error, "ConditionalCheckFailedException")) return false;
    throw error;
  }
}

/** Whether AWS said no under one of these names. */
export function isRefusal(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

/** How an item is looked at: as it stands, or as it stood a moment ago, or not there yet, for half the price. */
export type Look = "now" | "a-moment-ago";
