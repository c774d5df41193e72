import { hashOf } from "../platform/idempotency.ts";
import { idOfKey, type Making } from "../platform/once.ts";
import { documentOf, fieldsOf, Problem } from "../platform/problem.ts";
import type { BatchItem, BatchResult } from "./accept-batch.ts";
import { BatchMessage } from "./messages.routes.ts";
import { viewOf } from "./view.ts";

/** The messages of a batch under their names, each judged for itself. */
export function itemsOf(
  messages: readonly unknown[],
  callerId: string,
  { newId, requestHash }: Pick<Making, "newId" | "requestHash">,
): readonly (BatchItem | Problem)[] {
  return messages.map((one, place) => {
    const { success, data, error } = BatchMessage.safeParse(one);
    if (!success) return new Problem("body.invalid", fieldsOf(error));
    const { idempotencyKey: key, ...asked } = data;
    if (key === undefined) return { asked, id: newId("msg", String(place)), requestHash };
    return {
      asked,
      id: idOfKey("msg", callerId, key),
      requestHash: hashOf("one of a batch", JSON.stringify(one)),
    };
  });
}

/** One result as its caller sees it: what a request of its own would have been answered. */
export function resultViewOf(result: BatchResult) {
  if (!(result instanceof Problem)) return { status: 202 as const, message: viewOf(result.message) };
  const { status, body } = documentOf(result);
  const { errors, ...problem } = body;
  return { status, problem: { ...problem, ...(errors && { errors: [...errors] }) } };
}
