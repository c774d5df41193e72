import type { AwsClient, Command } from "../../functions/platform/aws-client.ts";
import type { Engine, PortKindOf } from "./engine.ts";
import type { Instance } from "./lambda.ts";
import type { SimMachine } from "./machine.ts";
import type { SimQueue } from "./queue.ts";
import type { SimTables, TableInput } from "./table.ts";

/** What the calls of all functions end in. */
export interface AwsServices {
  readonly tables: SimTables;
  readonly queues: ReadonlyMap<string, SimQueue>;
  readonly machine: () => SimMachine;
  readonly schedule: (
    name: string,
    at: number,
    to: { readonly queue: string; readonly body: string },
  ) => void;
}

/** The names of a call's await and of what answers it. */
interface Port {
  readonly name: string;
  readonly kind: PortKindOf;
  readonly effect: () => object;
}

/** AWS as one execution environment reaches it: every call is an await that faults can hit. */
export function newAws(engine: Engine, instance: Instance, services: AwsServices): AwsClient {
  return {
    send: async <Output extends object>({ operation, input }: Command<Output>) => {
      const { process } = instance;
      const { happens } = engine.faults;
      const name = `${process.key}/${operation}#${process.awaits}`;
      const refuses = (part: string) => happens("partial-batch", `${name}/${part}`);
      const isOlder = (part = "") => happens("older-read", part ? `${name}/${part}` : name);
      const make = portOf[operation] ?? tablePort(operation);
      const port = make(input as never, { ...services, refuses, isOlder });
      return (await engine.port(instance.process, port.name, port.kind, port.effect)) as Output;
    },
  };
}

interface Sent {
  readonly QueueUrl: string;
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

interface Scheduled {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly Target: { readonly Arn: string; readonly Input: string };
}

interface SentTogether {
  readonly QueueUrl: string;
  readonly Entries: readonly (Omit<Sent, "QueueUrl"> & { readonly Id: string })[];
}

interface Started {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}

/** The services, and whether this call leaves a part of its batch undone. */
interface Reached extends AwsServices {
  readonly refuses: (part: string) => boolean;
  /** Whether a read that need not be of the newest is of an older one. */
  readonly isOlder: (part?: string) => boolean;
}

const portOf: Readonly<Record<string, (input: never, services: Reached) => Port>> = {
  SendMessage: ({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }: Sent, { queues }) => ({
    name: `SendMessage ${QueueUrl.replace(/^.*-/, "")}`,
    kind: "queue",
    effect: () => {
      const target = queues.get(QueueUrl);
      if (!target) throw new Error(`No queue ${QueueUrl}`);
      target.send(MessageBody, MessageGroupId, MessageDeduplicationId);
      return {};
    },
  }),
  SendMessageBatch: ({ QueueUrl, Entries }: SentTogether, { queues, refuses }) => ({
    name: `SendMessageBatch ${QueueUrl.replace(/^.*-/, "")}`,
    kind: "queue",
    effect: () => {
      const target = queues.get(QueueUrl);
      if (!target) throw new Error(`No queue ${QueueUrl}`);
      if (Entries.length > mostOfBatch) throw new Error(`A batch of ${Entries.length} messages is too large`);
      const Failed = Entries.filter(({ Id }) => refuses(Id));
      for (const one of Entries)
        if (!Failed.includes(one))
          target.send(one.MessageBody, one.MessageGroupId, one.MessageDeduplicationId);
      return { Failed };
    },
  }),
  StartExecution: ({ stateMachineArn, name, input }: Started, { machine }) => ({
    name: `StartExecution ${stateMachineArn}`,
    kind: "machine",
    effect: () => {
      machine().start(name, input);
      return {};
    },
  }),
  CreateSchedule: ({ Name, ScheduleExpression, Target }: Scheduled, { schedule }) => ({
    name: "CreateSchedule",
    kind: "schedule",
    effect: () => {
      const at = Date.parse(`${ScheduleExpression.slice(3, -1)}Z`);
      schedule(Name, at, { queue: Target.Arn, body: Target.Input });
      return {};
    },
  }),
};

/** Most messages of one request, as SQS has it. */
const mostOfBatch = 10;

function tablePort(operation: string) {
  return (input: TableInput, reached: Reached): Port => {
    const [table = String(input.TableName)] = Object.keys(input.RequestItems ?? {});
    const mayBeOlder = operation === "GetItem" && input.ConsistentRead !== true && reached.isOlder();
    return {
      name: `${operation.replace("Item", "")} ${table}`,
      kind: "table",
      effect:
        operation === "BatchGetItem"
          ? readTogether(table, input, reached)
          : () => (mayBeOlder ? reached.tables.older(input) : reached.tables.apply(operation, input)),
    };
  };
}

/** Each item of a batch may be an older one, or left for the next request. */
function readTogether(
  table: string,
  { RequestItems = {} }: TableInput,
  { tables, refuses, isOlder }: Reached,
) {
  const { Keys = [], ConsistentRead = false } = RequestItems[table] ?? {};
  const older = Keys.filter((key) => !ConsistentRead && isOlder(JSON.stringify(key)));
  return () => {
    const left = Keys.filter((key) => refuses(JSON.stringify(key)));
    const newest = Keys.filter((key) => !left.includes(key) && !older.includes(key));
    const { Responses } = tables.apply("BatchGetItem", { RequestItems: { [table]: { Keys: newest } } });
    const found = older
      .filter((key) => !left.includes(key))
      .flatMap((Key) => tables.older({ TableName: table, Key })["Item"] ?? []);
    return {
      Responses: { [table]: [...((Responses as Record<string, object[]>)[table] ?? []), ...found] },
      UnprocessedKeys: left.length > 0 ? { [table]: { Keys: left, ConsistentRead } } : {},
    };
  };
}
