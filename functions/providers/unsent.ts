/** Errors that come before a single byte of the request has left: the name, the connection or the certificate failed. */
const beforeSending: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "ERR_SSL_WRONG_VERSION_NUMBER",
]);

/** Whether an error of an HTTP call proves that its request was never sent; when in doubt it does not. */
export function isUnsent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  // Every address of a host was tried and none answered.
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isUnsent);
  const code = "code" in error ? String(error.code) : "";
  // ETIMEDOUT alone says nothing: a reply can time out as well. Of a connect it does.
  const isConnect = "syscall" in error && error.syscall === "connect";
  return beforeSending.has(code) || isConnect || isUnsent(error.cause);
}

/** Whether a call was given up because its time was over. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
}
