import type { ProblemCode } from "./operations.ts";

/** A field that is wrong and why. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The API refused a call: a problem document (RFC 9457) as an error. */
export class HeliographProblem extends Error {
  override readonly name = "HeliographProblem";
  readonly status: number;
  /** What is wrong, in a closed word; undefined when something before the API answered. */
  readonly code: ProblemCode | undefined;
  readonly title: string;
  /** What to do about it. */
  readonly detail: string;
  /** The fields that are wrong. */
  readonly errors: readonly FieldError[];
  /** When the API asked to wait before the next call. */
  readonly retryAfter: string | undefined;

  constructor(
    operation: string,
    answer: { readonly status: number; readonly body: unknown; readonly retryAfter?: string | null },
  ) {
    const { code, title, detail, errors } = documentIn(answer);
    const fields = errors.map(({ field, message }) => `${field}: ${message}`).join("; ");
    super(`${operation}: ${title}${fields ? ` ${fields}` : ` ${detail}`}`.trim());
    this.status = answer.status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.retryAfter = answer.retryAfter ?? undefined;
  }

  /** What is wrong with a field, such as `content.text`; undefined when it is well. */
  about(field: string): string | undefined {
    return this.errors.find((error) => error.field === field)?.message;
  }
}

/** Nobody answered, or not in time; whether the call had an effect is not known. */
export class HeliographUnreachable extends Error {
  override readonly name = "HeliographUnreachable";

  constructor(operation: string, cause: unknown) {
    super(`${operation}: nobody answered.`, { cause });
  }
}

interface Document {
  readonly code: ProblemCode | undefined;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly FieldError[];
}

/** What came is not trusted to be a problem document: gateways and proxies answer in their own words. */
function documentIn({ status, body }: { readonly status: number; readonly body: unknown }): Document {
  const { code, title, detail, errors, message } = (
    typeof body === "object" && body !== null ? body : {}
  ) as Readonly<Record<string, unknown>>;
  return {
    code: typeof code === "string" ? (code as ProblemCode) : undefined,
    title: text(title) ?? text(message) ?? `The answer was ${status}.`,
    detail: text(detail) ?? "",
    errors: Array.isArray(errors) ? errors.filter(isFieldError) : [],
  };
}

function isFieldError(error: unknown): error is FieldError {
  const { field, message } = (error ?? {}) as Partial<FieldError>;
  return typeof field === "string" && typeof message === "string";
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
