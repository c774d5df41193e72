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
  readonly machine: (arn: string) => SimMachine;
  readonly schedule: (name: string, at: number, body: string) => void;
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
      const port = (portOf[operation] ?? tablePort(operation))(input as never, services);
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
  readonly Target: { readonly Input: string };
}

interface Started {
  readonly stateMachineArn: string;
  readonly name: string;
  readonly input: string;
}

const portOf: Readonly<Record<string, (input: never, services: AwsServices) => Port>> = {
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
  StartExecution: ({ stateMachineArn, name, input }: Started, { machine }) => ({
    name: `StartExecution ${stateMachineArn}`,
    kind: "machine",
    effect: () => {
      machine(stateMachineArn).start(name, input);
      return {};
    },
  }),
  SendTaskSuccess: taskPort("SendTaskSuccess"),
  SendTaskFailure: taskPort("SendTaskFailure"),
  CreateSchedule: ({ Name, ScheduleExpression, Target }: Scheduled, { schedule }) => ({
    name: "CreateSchedule",
    kind: "schedule",
    effect: () => {
      schedule(Name, Date.parse(`${ScheduleExpression.slice(3, -1)}Z`), Target.Input);
      return {};
    },
  }),
};

function taskPort(name: string) {
  return (
    { taskToken, error }: { readonly taskToken: string; readonly error?: string },
    { machine }: AwsServices,
  ): Port => ({
    name,
    kind: "machine",
    effect: () => {
      machine("machine").end(taskToken, error);
      return {};
    },
  });
}

function tablePort(operation: string) {
  return (input: TableInput, { tables }: AwsServices): Port => ({
    name: `${operation.replace("Item", "")} ${String(input.TableName)}`,
    kind: "table",
    effect: () => tables.apply(operation, input),
  });
}
