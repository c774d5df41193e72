import type { Resource } from "./assembly.ts";
import { arn, type Identity } from "./values.ts";

/** Addresses that are known only once the servers listen. */
export interface Addresses {
  readonly apiUrl: string;
  readonly queueUrl: (name: string) => string;
  /** Of a function, by the logical id of what declares the address. */
  readonly functionUrl: (name: string) => string;
}

/** What each type of resource answers to Ref and GetAtt; everything else answers with its name. */
export function identities({
  apiUrl,
  queueUrl,
  functionUrl,
}: Addresses): (resource: Resource, name: string) => Identity {
  const byType: Readonly<Record<string, (name: string, resource: Resource) => Identity>> = {
    "AWS::ApiGatewayV2::Api": (name) => ({ ref: name, attributes: { ApiEndpoint: apiUrl } }),
    "AWS::DynamoDB::Table": (name) => ({ ref: name, attributes: { Arn: arn("dynamodb", `table/${name}`) } }),
    "AWS::Events::EventBus": (name) => ({
      ref: name,
      attributes: { Arn: arn("events", `event-bus/${name}`), Name: name },
    }),
    "AWS::Events::Rule": (name) => ({ ref: name, attributes: { Arn: arn("events", `rule/${name}`) } }),
    "AWS::IAM::Role": (name) => ({ ref: name, attributes: { Arn: arn("iam", `role/${name}`) } }),
    "AWS::KMS::Key": (name) => ({ ref: name, attributes: { Arn: arn("kms", `key/${name}`) } }),
    "AWS::Lambda::Function": (name) => ({
      ref: name,
      attributes: { Arn: arn("lambda", `function:${name}`) },
    }),
    "AWS::Lambda::Url": (name) => ({ ref: name, attributes: { FunctionUrl: functionUrl(name) } }),
    "AWS::Logs::LogGroup": (name) => ({ ref: name, attributes: { Arn: arn("logs", `log-group:${name}:*`) } }),
    "AWS::S3::Bucket": (name) => ({ ref: name, attributes: { Arn: `arn:aws:s3:::${name}` } }),
    "AWS::SecretsManager::Secret": (name) => ({
      ref: arn("secretsmanager", `secret:${name}`),
      attributes: {},
    }),
    "AWS::SNS::Topic": (name) => ({ ref: arn("sns", name), attributes: { TopicArn: arn("sns", name) } }),
    "AWS::SQS::Queue": (name, resource) => {
      const named = name.replace(/\.fifo$/, "");
      const full = resource.properties["FifoQueue"] ? `${named.slice(0, 75)}.fifo` : name.slice(0, 80);
      return { ref: queueUrl(full), attributes: { Arn: arn("sqs", full), QueueName: full } };
    },
    "AWS::StepFunctions::StateMachine": (name) => {
      const machineArn = arn("states", `stateMachine:${name}`);
      return { ref: machineArn, attributes: { Arn: machineArn, Name: name } };
    },
  };
  return (resource, name) => byType[resource.type]?.(name, resource) ?? { ref: name, attributes: {} };
}
