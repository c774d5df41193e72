import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import type { Assembly, Json, Resource } from "./assembly.ts";
import type { Pattern, RuleDeclaration } from "./bus.ts";
import type { GeneratedSecret } from "./endpoint.ts";
import type { FunctionUrlDeclaration } from "./function-url.ts";
import type { FunctionDeclaration } from "./lambda.ts";
import { record, type Properties, text } from "./properties.ts";
import type { QueueDeclaration } from "./queues.ts";
import { type RouteDeclaration, routesFrom } from "./deployed-routes.ts";
import type { SourceDeclaration } from "./sources.ts";
import {
  fieldsNeededBy,
  type MailDestination,
  mailDestinationFrom,
  type SubscriptionDeclaration,
} from "./topics.ts";
import type { Resolver } from "./values.ts";

/** What the templates declare, with every value resolved. */
export interface Deployed {
  readonly tables: readonly CreateTableCommandInput[];
  readonly queues: readonly QueueDeclaration[];
  readonly functions: readonly FunctionDeclaration[];
  readonly sources: readonly (SourceDeclaration & { readonly functionName: string })[];
  readonly subscriptions: readonly SubscriptionDeclaration[];
  readonly mailDestinations: readonly MailDestination[];
  readonly machines: readonly {
    readonly arn: string;
    readonly definition: string;
    readonly isLogged: boolean;
  }[];
  readonly rules: readonly RuleDeclaration[];
  readonly routes: readonly RouteDeclaration[];
  readonly functionUrls: readonly FunctionUrlDeclaration[];
  /** How the API writes its log. @default - it does not */
  readonly accessLog?: string | undefined;
  readonly generatedSecrets: readonly GeneratedSecret[];
  readonly outputs: Readonly<Record<string, string>>;
}

/** Reads what the local cloud has to run out of the templates. */
export function deployedFrom(assembly: Assembly, resolver: Resolver): Deployed {
  const all = (type: string) =>
    assembly.resources
      .filter((resource) => resource.type === type)
      .map((resource) => ({
        resource,
        identity: resolver.identityOf(resource),
        properties: record(resolver.resolve(resource.properties, resource.stack)),
      }));
  const queues = all("AWS::SQS::Queue");
  const queueByArn = new Map(
    queues.map(({ identity, properties }) => [
      identity.attributes["Arn"] ?? "",
      { url: identity.ref, properties },
    ]),
  );
  return {
    tables: all("AWS::DynamoDB::Table").map(({ identity, properties }) =>
      tableFrom(identity.ref, properties),
    ),
    queues: queues.map(({ identity, properties }) =>
      queueFrom(identity.attributes["QueueName"] ?? "", properties),
    ),
    functions: all("AWS::Lambda::Function").map(({ identity, properties }) =>
      functionFrom(identity.ref, properties, assembly),
    ),
    sources: all("AWS::Lambda::EventSourceMapping").map(({ properties }) =>
      sourceFrom(properties, queueByArn),
    ),
    subscriptions: all("AWS::SNS::Subscription").flatMap(({ properties }) => subscriptionFrom(properties)),
    mailDestinations: all("AWS::SES::ConfigurationSetEventDestination").map(({ properties }) =>
      mailDestinationFrom(properties),
    ),
    machines: all("AWS::StepFunctions::StateMachine").map(({ identity, properties }) => ({
      arn: identity.ref,
      definition: text(properties["DefinitionString"]),
      isLogged: record(properties["LoggingConfiguration"] ?? {})["Level"] === "ALL",
    })),
    rules: all("AWS::Events::Rule")
      .filter(({ properties }) => properties["State"] !== "DISABLED")
      .map(({ identity, properties }) => ruleFrom(identity.ref, properties)),
    routes: routesFrom(all),
    functionUrls: all("AWS::Lambda::Url").map(({ identity, properties }) => ({
      functionName: text(properties["TargetFunctionArn"]),
      url: identity.attributes["FunctionUrl"] ?? "",
    })),
    accessLog: accessLogIn(all("AWS::ApiGatewayV2::Stage")[0]?.properties),
    generatedSecrets: all("AWS::SecretsManager::Secret").flatMap(({ resource, properties }) =>
      generatedFrom(resource, properties),
    ),
    outputs: Object.fromEntries(
      assembly.outputs.map(({ name, value, stack }) => [name, text(resolver.resolve(value, stack))]),
    ),
  };
}

function accessLogIn(stage: Properties | undefined): string | undefined {
  const format = record(stage?.["AccessLogSettings"] ?? {})["Format"];
  return format === undefined ? undefined : text(format);
}

function tableFrom(name: string, properties: Properties): CreateTableCommandInput {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } = properties;
  // The same field names as the service's own call.
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema,
    AttributeDefinitions,
    ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
  } as unknown as CreateTableCommandInput;
}

function queueFrom(name: string, properties: Properties): QueueDeclaration {
  const redrive = properties["RedrivePolicy"] ? record(properties["RedrivePolicy"]) : undefined;
  return {
    name,
    visibilitySeconds: Number(properties["VisibilityTimeout"] ?? 30),
    isFifo: properties["FifoQueue"] === true,
    deadLetter: redrive && {
      arn: text(redrive["deadLetterTargetArn"]),
      maxReceiveCount: Number(redrive["maxReceiveCount"]),
    },
  };
}

function functionFrom(name: string, properties: Properties, assembly: Assembly): FunctionDeclaration {
  const code = assembly.assets.get(text(record(properties["Code"])["S3Key"]));
  if (!code) throw new Error(`The code of ${name} is not in the assembly`);
  const variables = record(record(properties["Environment"] ?? {})["Variables"] ?? {});
  return {
    name,
    code,
    handler: text(properties["Handler"]),
    environment: Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, text(value)])),
    timeoutSeconds: Number(properties["Timeout"] ?? 3),
    memoryMegabytes: Number(properties["MemorySize"] ?? 128),
    // At the level WARN only what went wrong is written.
    logsRuns: record(properties["LoggingConfig"] ?? {})["SystemLogLevel"] !== "WARN",
    ...(properties["ReservedConcurrentExecutions"] !== undefined && {
      concurrency: Number(properties["ReservedConcurrentExecutions"]),
    }),
  };
}

/** Batches in flight where the template sets no limit: enough for one machine. */
const usualConcurrency = 10;

function sourceFrom(
  properties: Properties,
  queues: ReadonlyMap<string, { url: string; properties: Properties }>,
) {
  const queueArn = text(properties["EventSourceArn"]);
  const queue = queues.get(queueArn);
  if (!queue) throw new Error(`Only queues feed functions here, not ${queueArn}`);
  return {
    queueUrl: queue.url,
    queueArn,
    functionName: text(properties["FunctionName"]),
    batchSize: Number(properties["BatchSize"] ?? 10),
    windowSeconds: Number(properties["MaximumBatchingWindowInSeconds"] ?? 0),
    reportsItems: JSON.stringify(properties["FunctionResponseTypes"] ?? []).includes(
      "ReportBatchItemFailures",
    ),
    maxConcurrency: Math.min(
      usualConcurrency,
      Number(record(properties["ScalingConfig"] ?? {})["MaximumConcurrency"] ?? usualConcurrency),
    ),
    visibilitySeconds: Number(queue.properties["VisibilityTimeout"] ?? 30),
  };
}

/** Mail that a topic sends has no meaning on one machine; queues get what is published as it is. */
function subscriptionFrom(properties: Properties): SubscriptionDeclaration[] {
  const { Protocol, RawMessageDelivery, TopicArn, Endpoint, FilterPolicy, FilterPolicyScope } = properties;
  if (Protocol === "email") return [];
  if (Protocol !== "sqs" || RawMessageDelivery !== true)
    throw new Error(`Only queues that take raw messages listen to topics here, not ${text(Endpoint)}`);
  const needs = FilterPolicy === undefined ? [] : fieldsNeededBy(FilterPolicy, FilterPolicyScope);
  return [{ topicArn: text(TopicArn), queueArn: text(Endpoint), needs }];
}

function ruleFrom(name: string, properties: Properties): RuleDeclaration {
  const targets = properties["Targets"];
  return {
    name,
    bus: text(properties["EventBusName"] ?? "default"),
    pattern: properties["EventPattern"] as Pattern | undefined,
    schedule: properties["ScheduleExpression"] as string | undefined,
    targets: Array.isArray(targets) ? targets.map((target: Json) => targetFrom(name, record(target))) : [],
  };
}

// What a queue does not take is tried again for a day there, and never happens here.
const targetFields = new Set(["Arn", "DeadLetterConfig", "Id", "RetryPolicy"]);

function targetFrom(rule: string, target: Properties): string {
  const foreign = Object.keys(target).find((field) => !targetFields.has(field));
  if (foreign) throw new Error(`The local cloud does not know ${foreign} of a target of rule ${rule}`);
  return text(target["Arn"]);
}

function generatedFrom(resource: Resource, properties: Properties): GeneratedSecret[] {
  const rule = properties["GenerateSecretString"];
  if (rule === undefined) return [];
  const { GenerateStringKey, SecretStringTemplate, PasswordLength } = record(rule);
  return [
    {
      name: text(properties["Name"] ?? resource.logicalId),
      key: GenerateStringKey as string | undefined,
      template: text(SecretStringTemplate ?? "{}"),
      length: Number(PasswordLength ?? 32),
    },
  ];
}
