import { insideFauxqs, type Stores } from "./fauxqs.ts";
import type { Answered } from "./service.ts";

/** Does an operation of SQS. */
type RunQueues = (operation: string, input: object) => Promise<Answered>;

type Action = (input: object, store: Stores["sqsStore"]) => object | Promise<object>;

/** Errors that the package answers with. */
interface Refusal {
  readonly statusCode: number;
  readonly queryErrorHeader: string;
  readonly toJSON: () => object;
}

/** Makes calls of the package's queues in this process: its own server spends most of a call on getting there. */
export async function openQueueEngine(store: Stores["sqsStore"]): Promise<RunQueues> {
  const actions: ReadonlyMap<string, Action> = new Map(
    await Promise.all(operations.map(async (name) => [name, await load(name)] as const)),
  );
  return async (operation, input) => {
    const act = actions.get(operation);
    if (!act) throw new Error(`The queues of the local cloud do not know ${operation}`);
    try {
      return { status: 200, answer: await act(input, store) };
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Clients know errors by the names that the older protocol has for them.
      const headers = { "x-amzn-query-error": error.queryErrorHeader };
      return { status: error.statusCode, answer: error.toJSON(), headers };
    }
  };
}

/** What may be asked; queues themselves are made by the template. */
const operations = [
  "SendMessage",
  "SendMessageBatch",
  "ReceiveMessage",
  "DeleteMessage",
  "DeleteMessageBatch",
  "ChangeMessageVisibility",
  "ChangeMessageVisibilityBatch",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListQueues",
  "PurgeQueue",
] as const;

async function load(operation: string): Promise<Action> {
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  const { [name]: action } = await insideFauxqs<Readonly<Record<string, Action>>>(`sqs/actions/${name}.js`);
  if (!action) throw new Error(`fauxqs has no ${name}`);
  return action;
}

function isRefusal(error: unknown): error is Error & Refusal {
  return error instanceof Error && "queryErrorHeader" in error;
}
