import { type Answer, jsonIn } from "./exchange.ts";

/** What AWS refused, under the name its documentation has for it. */
export class AwsError extends Error {
  readonly status: number;
  /** The word that some services add to the name. */
  readonly reason: string | undefined;
  constructor(name: string, message: string, status: number, reason?: string) {
    super(message);
    this.name = name;
    this.status = status;
    this.reason = reason;
  }
}

/** What an answer refuses, and why. */
export function errorOf(answer: Answer): AwsError {
  const { status, headers } = answer;
  // Where there are no words the status has to do.
  const said = (jsonIn(answer) ?? {}) as Readonly<Record<string, unknown>>;
  const type = String(headers["x-amzn-errortype"] ?? said["__type"] ?? said["code"] ?? `Status${status}`);
  const name = (type.split("#").at(-1) ?? type).split(":")[0] ?? type;
  const reason = said["Reason"];
  return new AwsError(
    name,
    String(said["message"] ?? said["Message"] ?? name),
    status,
    typeof reason === "string" ? reason : undefined,
  );
}

const throttled: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "RequestLimitExceeded",
  "TooManyRequestsException",
  "ProvisionedThroughputExceededException",
  "LimitExceededException",
  "TransactionInProgressException",
  "InternalServerError",
  "OverLimit",
]);

/** What may be over the next time. */
export function isPassing({ status, name }: AwsError): boolean {
  return status >= 500 || status === 429 || throttled.has(name);
}
