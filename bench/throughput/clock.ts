/** Milliseconds of the machine's monotonic clock, to the microsecond: the same for every process on it. */
export function machineNow(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
