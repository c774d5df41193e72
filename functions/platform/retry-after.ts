/** Milliseconds that a server asks to be left alone: Retry-After in seconds or as a date (RFC 9110, section 10.2.3); anything else asks for nothing. */
export function millisecondsIn(retryAfter: string | undefined, now: number): number {
  if (retryAfter === undefined) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
