import type { Resource } from "./assembly.ts";

/** Types the local cloud runs, with the properties it understands. */
const understood: Readonly<Record<string, readonly string[]>> = {
  "AWS::ApiGatewayV2::Api": ["DisableExecuteApiEndpoint", "Name", "ProtocolType"],
  "AWS::ApiGatewayV2::Authorizer": [
    "ApiId",
    "AuthorizerPayloadFormatVersion",
    "AuthorizerResultTtlInSeconds",
    "AuthorizerType",
    "AuthorizerUri",
    "EnableSimpleResponses",
    "IdentitySource",
    "Name",
  ],
  "AWS::ApiGatewayV2::Integration": ["ApiId", "IntegrationType", "IntegrationUri", "PayloadFormatVersion"],
  "AWS::ApiGatewayV2::Route": ["ApiId", "AuthorizationType", "AuthorizerId", "RouteKey", "Target"],
  "AWS::ApiGatewayV2::Stage": [
    "AccessLogSettings",
    "ApiId",
    "AutoDeploy",
    "DefaultRouteSettings",
    "StageName",
  ],
  "AWS::DynamoDB::Table": [
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "PointInTimeRecoverySpecification",
    "SSESpecification",
    "TimeToLiveSpecification",
  ],
  "AWS::Events::EventBus": ["Name"],
  "AWS::Events::Rule": ["EventBusName", "EventPattern", "ScheduleExpression", "State", "Targets"],
  "AWS::Lambda::EventInvokeConfig": [
    "DestinationConfig",
    "FunctionName",
    "MaximumEventAgeInSeconds",
    "MaximumRetryAttempts",
    "Qualifier",
  ],
  "AWS::Lambda::EventSourceMapping": [
    "BatchSize",
    "EventSourceArn",
    "FunctionName",
    "FunctionResponseTypes",
    "MaximumBatchingWindowInSeconds",
    "ScalingConfig",
  ],
  "AWS::Lambda::Url": ["AuthType", "TargetFunctionArn"],
  "AWS::Lambda::Function": [
    "Architectures",
    "Code",
    "Environment",
    "Handler",
    "LoggingConfig",
    "MemorySize",
    "ReservedConcurrentExecutions",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
  ],
  "AWS::Logs::LogGroup": ["LogGroupName", "RetentionInDays"],
  "AWS::S3::Bucket": ["BucketEncryption", "LifecycleConfiguration", "PublicAccessBlockConfiguration"],
  "AWS::Scheduler::ScheduleGroup": ["Name"],
  "AWS::SecretsManager::Secret": ["GenerateSecretString", "KmsKeyId", "Name"],
  "AWS::SMSVOICE::ConfigurationSet": ["ConfigurationSetName", "EventDestinations"],
  "AWS::SES::ConfigurationSet": ["DeliveryOptions", "Name", "ReputationOptions", "SuppressionOptions"],
  "AWS::SES::ConfigurationSetEventDestination": ["ConfigurationSetName", "EventDestination"],
  "AWS::SNS::Subscription": [
    "Endpoint",
    "FilterPolicy",
    "FilterPolicyScope",
    "Protocol",
    "RawMessageDelivery",
    "TopicArn",
  ],
  "AWS::SQS::Queue": [
    "DeduplicationScope",
    "FifoQueue",
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "MessageRetentionPeriod",
    "QueueName",
    "RedrivePolicy",
    "VisibilityTimeout",
  ],
  "AWS::StepFunctions::StateMachine": [
    "DefinitionString",
    "LoggingConfiguration",
    "RoleArn",
    "StateMachineName",
    "StateMachineType",
    "TracingConfiguration",
  ],
};

/** Types that mean nothing on one machine: rights, keys, alarms and who is told of them. */
const withoutLocalMeaning: ReadonlySet<string> = new Set([
  "AWS::CloudWatch::Alarm",
  "AWS::CloudWatch::Dashboard",
  "AWS::IAM::Policy",
  "AWS::IAM::Role",
  "AWS::KMS::Key",
  "AWS::Lambda::Permission",
  "AWS::Logs::ResourcePolicy",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Topic",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
]);

/** Stops the start at the first thing that would run differently here: better not at all than silently otherwise. */
export function assertUnderstood(resources: readonly Resource[]): void {
  for (const { type, properties, path } of resources) {
    if (withoutLocalMeaning.has(type)) continue;
    const known = understood[type];
    if (!known) throw new Error(`The local cloud does not know the resource type ${type} (${path})`);
    const foreign = Object.keys(properties).find((name) => !known.includes(name));
    if (foreign)
      throw new Error(`The local cloud does not know the property ${foreign} of ${type} (${path})`);
  }
}
