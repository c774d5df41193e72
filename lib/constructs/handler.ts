import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ArnFormat, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  Effect,
  PolicyDocument,
  type PolicyStatement,
  PolicyStatement as Statement,
  Role,
  ServicePrincipal,
} from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { Setting } from "../../functions/platform/env.ts";
import { acknowledge } from "./acknowledge.ts";
import { alarmOn } from "./alarm.ts";
import { deploymentOf } from "./stage-stack.ts";

/** What a function is made from. */
export interface HandlerProps {
  /** Entry file under functions/, with its trigger: `messages/route.queue`. */
  readonly entry: string;
  /** What a person loses while it fails, in their words. */
  readonly impact: string;
  /** @default 30 seconds */
  readonly timeout?: Duration;
  /** @default 256 */
  readonly memoryMegabytes?: number;
  /** @default - what the account has left */
  readonly concurrency?: number;
  /** Whether some of its runs are traced. @default true */
  readonly isTraced?: boolean;
}

const bundles = fileURLToPath(new URL("../../dist/functions", import.meta.url));

/** A Lambda function the way we run them: own role, own log group, bundles made before, an alarm that says what is lost. */
export class Handler extends lambda.Function {
  readonly entry: string;

  constructor(scope: Construct, id: string, props: HandlerProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const isTraced = props.isTraced ?? true;
    const role = roleFor(scope, id, logGroup, isTraced);
    super(scope, id, {
      code: codeOf(scope),
      handler: `${props.entry.replaceAll(".", "-")}.handler`,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: props.memoryMegabytes ?? 256,
      timeout: props.timeout ?? Duration.seconds(30),
      tracing: isTraced ? lambda.Tracing.ACTIVE : lambda.Tracing.DISABLED,
      loggingFormat: lambda.LoggingFormat.JSON,
      // Lambda's own lines about every run would be most of what is logged.
      systemLogLevelV2: lambda.SystemLogLevel.WARN,
      logGroup,
      role,
      environment: { NODE_OPTIONS: "--enable-source-maps" },
      ...(props.concurrency !== undefined && { reservedConcurrentExecutions: props.concurrency }),
    });
    this.entry = props.entry;
    const { entry, impact } = props;
    const period = Duration.minutes(5);
    alarmOn(this, "Errors", { metric: this.metricErrors({ period }), impact, runbook: "function-errors" });
    // What a queue feeds is tried again when it was throttled, and the age of its work tells.
    if (!entry.endsWith(".queue"))
      alarmOn(this, "Throttles", {
        metric: this.metricThrottles({ period }),
        impact,
        runbook: "function-throttled",
      });
    // Names of functions that measure: what they write has to find its place among several deployments.
    if (!/\.(api|webhook)$/.test(entry)) this.set("METRICS_NAMESPACE", deploymentOf(this));
  }

  /** Lets it do something. */
  may(statement: PolicyStatement): void {
    this.addToRolePolicy(statement);
  }

  /** Gives it a setting that its code asks for. */
  set(setting: Setting, value: string): void {
    this.addEnvironment(setting, value);
  }
}

const assets = new WeakMap<Stack, lambda.Code>();

/** One asset for all functions: a shared chunk is stored once, and a function's own rights still differ. */
function codeOf(scope: Construct): lambda.Code {
  const stack = Stack.of(scope);
  const known = assets.get(stack);
  if (known) return known;
  // Templates can be tested before anything was bundled.
  if (!existsSync(bundles)) mkdirSync(bundles, { recursive: true });
  const code = lambda.Code.fromAsset(bundles);
  assets.set(stack, code);
  return code;
}

function roleFor(scope: Construct, id: string, logGroup: LogGroup, isTraced: boolean): Role {
  const logs = new Statement({
    effect: Effect.ALLOW,
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [logGroup.logGroupArn],
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
    inlinePolicies: { Logs: new PolicyDocument({ statements: [logs] }) },
  });
  if (!isTraced) return role;
  const tracing =
    "X-Ray takes traces under no resource: the statement allows writing trace segments and nothing else.";
  acknowledge(role, "AwsSolutions-IAM5[Resource::*]", tracing);
  return role;
}

/** An ARN in this account and region. */
export function arnHere(scope: Construct, service: string, resource: string): string {
  return Stack.of(scope).formatArn({ service, resource, arnFormat: ArnFormat.SLASH_RESOURCE_NAME });
}
