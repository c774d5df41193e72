/** The trace that this run is part of, when it is one of those that are kept: Lambda says so before each run. */
export function keptTrace(header = process.env["_X_AMZN_TRACE_ID"]): string | undefined {
  if (!header || !/(?:^|;)Sampled=1(?:;|$)/.test(header)) return undefined;
  return /(?:^|;)Root=([^;]+)/.exec(header)?.[1];
}
