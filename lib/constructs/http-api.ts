import { CfnOutput, Duration, RemovalPolicy } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import * as apigw from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Operations } from "../../functions/platform/routes.ts";
import { acknowledge } from "./acknowledge.ts";
import { alarmOn } from "./alarm.ts";
import type { Handler } from "./handler.ts";

/** What the API is made from. */
export interface HttpApiProps {
  readonly authorizer: Handler;
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Its public address when it has its own domain. @default - the address it is given */
  readonly publicUrl?: string | undefined;
}

/** The door: opens exactly the routes that functions/ names. */
export class HttpApi extends Construct {
  readonly url: string;
  private readonly api: apigw.HttpApi;
  private readonly authorizer: HttpLambdaAuthorizer;

  constructor(scope: Construct, id: string, props: HttpApiProps) {
    super(scope, id);
    this.api = new apigw.HttpApi(this, "Api", {
      createDefaultStage: false,
      disableExecuteApiEndpoint: false,
    });
    this.authorizer = new HttpLambdaAuthorizer("Keys", props.authorizer, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ["$request.header.Authorization"],
      resultsCacheTtl: Duration.minutes(1),
    });
    const log = new LogGroup(this, "AccessLog", {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new apigw.HttpStage(this, "Stage", {
      httpApi: this.api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: props.requestsPerSecond, burstLimit: props.burst },
      accessLogSettings: { destination: new apigw.LogGroupLogDestination(log), format: accessLogFormat },
    });
    alarmOn(this, "Failing", {
      metric: this.api.metricServerError({ period: Duration.minutes(5) }),
      impact: "The business cannot send messages, or receipts and replies do not reach us.",
      runbook: "api-failing",
      threshold: 5,
    });
    this.url = props.publicUrl ?? this.api.apiEndpoint;
    new CfnOutput(this, "Url", { value: this.url, description: "Where the API answers" }).overrideLogicalId(
      "ApiUrl",
    );
  }

  // A function may be called by any route of this API: a permission for each route alone would fill a stack of 500 resources.

  // Routes lie in the stack of their function, so that a stack may open some of an API that came before it.

  /** Opens the operations of a capability; those that are not public need a key. */
  opens(operations: Operations, handler: Handler): void {
    const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler, {
      scopePermissionToRoute: false,
    });
    for (const { at, access } of Object.values(operations))
      this.route(at, handler, integration, access === "public");
  }

  /** Opens a route for callers that bring their own proof. */
  opensUnsigned(routes: readonly string[], handler: Handler): void {
    const integration = new HttpLambdaIntegration(`${handler.node.id}Integration`, handler, {
      scopePermissionToRoute: false,
    });
    for (const at of routes) this.route(at, handler, integration, true);
  }

  private route(at: string, handler: Handler, integration: HttpLambdaIntegration, isPublic: boolean): void {
    const [method = "", path = ""] = at.split(" ");
    const route = new apigw.HttpRoute(handler, at, {
      httpApi: this.api,
      routeKey: apigw.HttpRouteKey.with(path, method as apigw.HttpMethod),
      integration,
      ...(!isPublic && { authorizer: this.authorizer }),
    });
    if (isPublic) acknowledge(route, "AwsSolutions-APIG4", ownProof);
  }
}

const ownProof =
  "Callers without an API key bring their own proof: a provider's signature over the raw bytes, a token for one attempt or the code of a link. The API's description is public.";

/** Without the query string and without the caller's address: neither belongs in a log. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: "$context.requestId",
    route: "$context.routeKey",
    status: "$context.status",
    latency: "$context.responseLatency",
    keyId: "$context.authorizer.keyId",
    error: "$context.error.message",
  }),
);
