/** Statuses of the API's errors; what is not in the list is 400. */
const statuses: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  NotFoundException: 404,
  TooManyRequestsException: 429,
  InternalServiceErrorException: 500,
};

/** An error of the API under its own name. */
export class SesException extends Error {
  override readonly name: string;
  readonly status: number;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
    this.status = statuses[name] ?? 400;
  }
}
