import type * as z from "zod/mini";
import "./english.ts";

/** Everything a caller can do wrong: code, status and what to do about it (RFC 9457). */
const problems = {
  "body.invalid": {
    status: 400,
    title: "The request body is not valid.",
    advice: "See `errors` for the fields.",
  },
  "request.invalid": {
    status: 400,
    title: "The request is not valid.",
    advice: "See `errors` for the fields.",
  },
  "key.missing": { status: 401, title: "No API key.", advice: "Send `Authorization: Bearer hg_…`." },
  "scope.missing": {
    status: 403,
    title: "The key is not allowed to do this.",
    advice: "Use a key with the scope that `errors` names.",
  },
  "rate.exceeded": {
    status: 429,
    title: "The key has made too many requests.",
    advice:
      "Wait for the seconds that Retry-After names. The limit of a key is in the RateLimit-Policy header.",
  },
  "key.not-found": { status: 404, title: "No such key.", advice: "Keys are listed at GET /v1/keys." },
  "route.not-found": {
    status: 404,
    title: "No such operation.",
    advice: "The operations are listed at /openapi.json.",
  },
  "contact.not-found": {
    status: 404,
    title: "No such contact.",
    advice: "Contact ids start with con_; your own ids go as external:<id>.",
  },
  "address.not-found": {
    status: 404,
    title: "The contact has no such address.",
    advice: "Address ids start with adr_.",
  },
  "message.not-found": { status: 404, title: "No such message.", advice: "Message ids start with msg_." },
  "switch.not-found": {
    status: 404,
    title: "No such switch.",
    advice:
      "Switches stand on declared senders and categories, on channels and on campaigns: /v1/switches/sender/us-number.",
  },
  "switch.too-many": {
    status: 409,
    title: "Too many switches are off.",
    advice: "At most 200 are off at once. Switch off a channel or a category instead of each sender.",
  },
  "sender.not-found": {
    status: 404,
    title: "No such sender.",
    advice: "Senders are listed at GET /v1/senders.",
  },
  "category.unknown": {
    status: 404,
    title: "No such category.",
    advice: "Categories are listed at GET /v1/categories.",
  },
  "category.not-found": {
    status: 422,
    title: "No such category.",
    advice: "Categories are declared in heliograph.config.ts.",
  },
  "template.not-found": {
    status: 404,
    title: "No such template.",
    advice: "Templates are listed at GET /v1/templates, their versions below each.",
  },
  "template.unknown": {
    status: 422,
    title: "No such template.",
    advice: "Put it in use first: PUT /v1/templates/{templateId}.",
  },
  "template.invalid": {
    status: 400,
    title: "The template has mistakes.",
    advice: "See `errors` for the texts and what is wrong with them.",
  },
  "template.changed": {
    status: 409,
    title: "The template was changed by somebody else at the same moment.",
    advice: "Read it again and repeat your change.",
  },
  "address.taken": {
    status: 409,
    title: "The address belongs to another contact.",
    advice: "Use that contact, or remove the address there first.",
  },
  "external-id.taken": {
    status: 409,
    title: "The external id belongs to another contact.",
    advice: "Use that contact.",
  },
  "contact.changed": {
    status: 409,
    title: "The contact was changed by somebody else at the same moment.",
    advice: "Read it again and repeat your change.",
  },
  "precondition.failed": {
    status: 412,
    title: "What is there now is not what If-Match names.",
    advice: "Read it again and repeat your change with its new ETag.",
  },
  "address.invalid": {
    status: 400,
    title: "No such address can exist.",
    advice: "See `errors` for the field.",
  },
  "message.too-late": {
    status: 409,
    title: "The message is too far on its way.",
    advice:
      "What no provider has been given yet can be canceled; what still waits for its time can get another one.",
  },
  "campaign.not-found": { status: 404, title: "No such campaign.", advice: "Campaign ids start with cmp_." },
  "campaign.canceled": {
    status: 409,
    title: "The campaign was canceled.",
    advice: "Create another one: what was called off is never taken up again.",
  },
  "campaign.files-unfit": {
    status: 409,
    title: "The campaign has files that no picture message carries.",
    advice: "See `errors` for the files: put others at their addresses, or create another campaign.",
  },
  "campaign.empty": {
    status: 409,
    title: "The campaign has no recipients.",
    advice: "Add pages of them at PUT /v1/campaigns/{campaignId}/recipients/{page} first.",
  },
  "page.taken": {
    status: 409,
    title: "There is another list on this page.",
    advice: "A page stays as it was added. Use the next number.",
  },
  "webhook.not-found": { status: 404, title: "No such webhook.", advice: "Webhook ids start with whk_." },
  "webhook.too-many": {
    status: 409,
    title: "There are too many webhooks.",
    advice: "A business has at most 50. Remove one, or let one endpoint take more kinds of events.",
  },
  "delivery.not-found": {
    status: 404,
    title: "No such delivery.",
    advice: "Deliveries are kept for 30 days, by the id of their event: evt_….",
  },
  "idempotency.in-progress": {
    status: 409,
    title: "A request with this Idempotency-Key is still in progress.",
    advice: "Ask again in a moment with the same key and body.",
  },
  "idempotency.mismatch": {
    status: 422,
    title: "This Idempotency-Key was used with another request.",
    advice: "Use a new key for a new request.",
  },
  "receipt.invalid": {
    status: 403,
    title: "The receipt token is not ours.",
    advice: "Post the token unchanged.",
  },
  "signature.invalid": {
    status: 403,
    title: "The signature does not match.",
    advice: "Sign with this connection's token.",
  },
  "payload.too-large": { status: 413, title: "The request is too large.", advice: "At most 256 KB." },
  "server.failed": { status: 500, title: "We failed.", advice: "Try again with the same Idempotency-Key." },
} as const satisfies Record<string, { status: number; title: string; advice: string }>;

/** Code of a problem. */
export type ProblemCode = keyof typeof problems;

/** A field that is wrong and why. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** Something the caller can fix; the API answers it as `application/problem+json`. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly errors: readonly FieldError[];

  constructor(code: ProblemCode, errors: readonly FieldError[] = []) {
    super(code);
    this.code = code;
    this.errors = errors;
  }
}

/** A problem as it is answered (RFC 9457). */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly errors?: readonly FieldError[];
}

/** The problem document of RFC 9457. */
export function documentOf(problem: Problem): { status: number; body: ProblemDocument } {
  const { status, title, advice } = problems[problem.code];
  const errors = problem.errors.length > 0 ? { errors: problem.errors } : {};
  return {
    status,
    body: { type: `/problems/${problem.code}`, title, status, detail: advice, code: problem.code, ...errors },
  };
}

/** Every problem there is, for the API description. */
export function allProblems(): readonly {
  code: ProblemCode;
  status: number;
  title: string;
  advice: string;
}[] {
  return Object.entries(problems).map(([code, row]) => ({ code: code as ProblemCode, ...row }));
}

/** Turns what a schema found into named fields: `addresses.0.value`. */
export function fieldsOf(error: z.core.$ZodError): FieldError[] {
  return error.issues.flatMap((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? issue.keys : undefined;
    if (!unknown) return [{ field: issue.path.join(".") || "(body)", message: issue.message }];
    // A field without a name has to be named, too.
    return unknown.map((key) => ({
      field: [...issue.path, key || '""'].join("."),
      message: "is not a known field",
    }));
  });
}
