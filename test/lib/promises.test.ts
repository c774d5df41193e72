import { describe, expect, it } from "vitest";
import { business } from "../../heliograph.config.ts";
import { batchSizeOf, isPooled, lanesOf } from "../../functions/senders/rate.ts";
import type { Sender } from "../../functions/senders/sender.ts";
import { failoverDefinition } from "../../lib/constructs/failover-definition.ts";
import { callsPerEnvironment } from "../../lib/constructs/own-address.ts";
import { all, functions, pointsTo, resources, rightsOf } from "./templates.ts";

const alarms = all("AWS::CloudWatch::Alarm");
const queues = all("AWS::SQS::Queue");
const deadIds = new Set(
  queues
    .filter(({ properties }) => properties.RedrivePolicy)
    .map(({ properties }) => pointsTo(properties.RedrivePolicy.deadLetterTargetArn)),
);
for (const { properties } of all("AWS::Lambda::EventInvokeConfig"))
  deadIds.add(pointsTo(properties.DestinationConfig.OnFailure.Destination));
const working = queues.filter(({ properties }) => properties.RedrivePolicy);
const sources = all("AWS::Lambda::EventSourceMapping");

describe("queues", () => {
  it("each have dead letters, and the dead letters an alarm that says what a person loses", () => {
    expect(working.length).toBeGreaterThan(10);
    for (const { id } of queues)
      expect(deadIds.has(id) || working.some((queue) => queue.id === id), id).toBe(true);
    for (const dead of deadIds) {
      const alarm = alarms.find(({ properties }) =>
        JSON.stringify(properties.Dimensions ?? "").includes(dead),
      );
      expect(alarm?.properties.AlarmDescription, dead).toMatch(/people|person|they|business/i);
    }
  });

  it("keep dead letters for two weeks, in the order of what they come from", () => {
    for (const queue of working) {
      const dead = queues.find(
        ({ id }) => id === pointsTo(queue.properties.RedrivePolicy.deadLetterTargetArn),
      );
      expect(dead?.properties.MessageRetentionPeriod, queue.id).toBe(14 * 86_400);
      expect(dead?.properties.FifoQueue, queue.id).toBe(queue.properties.FifoQueue);
    }
  });

  it("hide an item at least six times as long as its function may take, or a little longer where it is never throttled", () => {
    for (const { properties } of sources) {
      const queue = queues.find(({ id }) => id === pointsTo(properties.EventSourceArn));
      const target = functions.find(({ id }) => id === pointsTo(properties.FunctionName));
      const isBounded = target?.properties.ReservedConcurrentExecutions !== undefined;
      const least = (isBounded ? 1.2 : 6) * target?.properties.Timeout;
      expect(queue?.properties.VisibilityTimeout).toBeGreaterThanOrEqual(least);
    }
  });

  it("give back single items, not whole batches", () => {
    for (const { properties } of sources)
      expect(properties.FunctionResponseTypes).toEqual(["ReportBatchItemFailures"]);
  });

  it("are encrypted and take nothing over an open line", () => {
    const policies = all("AWS::SQS::QueuePolicy").map(({ properties }) => JSON.stringify(properties));
    for (const { id, properties } of queues) {
      expect(properties.KmsMasterKeyId, id).toBeDefined();
      expect(
        policies.some((policy) => policy.includes(`"${id}"`) && policy.includes("aws:SecureTransport")),
        id,
      ).toBe(true);
    }
  });
});

describe("a sender", () => {
  const feeding = (sender: Sender) => {
    const name = isPooled(sender) ? "slowsenders" : sender.id.replaceAll("-", "");
    return sources.filter(({ properties }) => pointsTo(properties.EventSourceArn).includes(name));
  };

  it("has a function whose concurrency is its lanes; slow ones share theirs", () => {
    for (const sender of business.senders) {
      const functionsOf = new Set(feeding(sender).map(({ properties }) => pointsTo(properties.FunctionName)));
      expect(functionsOf.size, sender.id).toBe(1);
      const lanes = feeding(sender).map(({ properties }) => properties.ScalingConfig.MaximumConcurrency);
      const own = functions.find(({ id }) => functionsOf.has(id));
      expect(own?.properties.ReservedConcurrentExecutions).toBe(lanes[0] + lanes[1]);
      const wanted = isPooled(sender) ? lanes : Object.values(lanesOf(sender));
      expect(new Set(lanes)).toEqual(new Set(wanted));
    }
  });

  it("has an urgent and a bulk queue in order, with batches of at most one second", () => {
    for (const sender of business.senders) {
      expect(feeding(sender)).toHaveLength(2);
      for (const { properties } of feeding(sender)) {
        expect(properties.BatchSize).toBe(isPooled(sender) ? 1 : batchSizeOf(sender));
        expect(
          queues.find(({ id }) => id === pointsTo(properties.EventSourceArn))?.properties.FifoQueue,
        ).toBe(true);
      }
    }
  });

  it("costs no queue of its own while it is slow", () => {
    expect(queues.filter(({ properties }) => properties.FifoQueue)).toHaveLength(
      4 * (1 + business.senders.filter((one) => !isPooled(one)).length),
    );
  });
});

describe("functions", () => {
  it("run on arm64 with the current Node, with their own role and their own log, traced unless strangers decide how often they run", () => {
    const roles = functions.map(({ properties }) => pointsTo(properties.Role));
    expect(new Set(roles).size).toBe(functions.length);
    for (const { entry, properties } of functions) {
      expect(properties.Runtime).toBe("nodejs24.x");
      expect(properties.Architectures).toEqual(["arm64"]);
      expect(properties.TracingConfig?.Mode).toBe(entry.endsWith(".webhook") ? undefined : "Active");
      expect(properties.LoggingConfig.LogGroup).toBeDefined();
    }
    for (const { id, properties } of all("AWS::Logs::LogGroup"))
      expect(properties.RetentionInDays, id).toBeGreaterThan(0);
  });

  it("each have an alarm whose text says what is lost while they fail", () => {
    for (const { id } of functions) {
      const alarm = alarms.find(
        ({ properties }) =>
          properties.MetricName === "Errors" && JSON.stringify(properties.Dimensions).includes(id),
      );
      expect(alarm?.properties.AlarmDescription.length, id).toBeGreaterThan(40);
    }
  });

  it("may do nothing to everything, besides sending traces", () => {
    for (const entry of new Set(functions.map((one) => one.entry))) {
      const open = rightsOf(entry).filter(({ resource }) => resource === '"*"');
      for (const { actions } of open)
        expect(
          actions.every((action) => action.startsWith("xray:")),
          entry,
        ).toBe(true);
    }
  });

  it("that take callbacks may touch no table", () => {
    for (const entry of ["providers/callbacks.webhook", "messages/receipts.webhook"]) {
      expect(
        rightsOf(entry)
          .flatMap(({ actions }) => actions)
          .filter((action) => action.startsWith("dynamodb:")),
      ).toEqual([]);
    }
  });

  it("go where strangers tell them to only with a role that may touch nothing but their own table", () => {
    const rights = rightsOf("integrations/post.queue");
    const tables = rights.filter(({ actions }) => actions.some((action) => action.startsWith("dynamodb:")));
    expect(tables.every(({ resource }) => resource.includes("Integrations"))).toBe(true);
    const secrets = rights.filter(({ actions }) => actions.includes("secretsmanager:GetSecretValue"));
    expect(secrets.map(({ resource }) => resource).join()).toMatch(/^[^,]*webhooks[^,]*$/);
    const invoking = rights
      .flatMap(({ actions }) => actions)
      .filter((one) => /^(lambda|states|ses|sns):/.test(one));
    expect(invoking).toEqual([]);
    for (const { properties } of functions) expect(properties.VpcConfig).toBeUndefined();
  });

  it("follow links and can read nothing but links", () => {
    const tables = rightsOf("links/follow.webhook").filter(({ actions }) =>
      actions.some((action) => action.startsWith("dynamodb:")),
    );
    expect(tables).toHaveLength(1);
    expect(tables[0]?.resource).toContain("Links");
    expect(tables[0]?.actions).not.toContain("dynamodb:PutItem");
  });

  it("read secrets only where they call or check a provider, an app or an endpoint", () => {
    const readers = functions
      .map(({ entry }) => entry)
      .filter((entry) =>
        rightsOf(entry).some(({ actions }) => actions.includes("secretsmanager:GetSecretValue")),
      );
    expect([...new Set(readers)].toSorted()).toEqual([
      "consent/unsubscribe.webhook",
      "contacts/learn-line.queue",
      "integrations/post.queue",
      "integrations/webhooks.api",
      "messages/receipts.webhook",
      "messages/sweep.schedule",
      "providers/callbacks.webhook",
      "senders/deliver.queue",
    ]);
  });

  it("sign for the site only where they send", () => {
    const signing = functions
      .map(({ entry }) => entry)
      .filter((entry) => rightsOf(entry).some(({ resource }) => /Secretwebpush/i.test(resource)));
    expect([...new Set(signing)]).toEqual(["senders/deliver.queue"]);
  });

  it("that route may not write contacts or consent", () => {
    const writes = rightsOf("messages/route.queue").filter(({ actions }) =>
      actions.includes("dynamodb:PutItem"),
    );
    expect(writes.length).toBeGreaterThan(0);
    for (const { resource } of writes) expect(resource).not.toContain("Contacts");
  });
});

describe("data", () => {
  it("is encrypted with a key of ours, can be restored to any point in time and is never torn down", () => {
    const tables = all("AWS::DynamoDB::Table");
    expect(tables).toHaveLength(7);
    for (const { properties, deletionPolicy, id } of tables) {
      expect(properties.SSESpecification.SSEEnabled, id).toBe(true);
      expect(properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled, id).toBe(true);
      expect(properties.DeletionProtectionEnabled, id).toBe(true);
      expect(deletionPolicy, id).toBe("Retain");
    }
  });

  it("keeps no secret in the template", () => {
    for (const { properties } of all("AWS::SecretsManager::Secret"))
      expect(properties.SecretString).toBeUndefined();
  });
});

describe("the API", () => {
  it("is throttled and writes an access log without query strings", () => {
    const [stage] = all("AWS::ApiGatewayV2::Stage");
    expect(stage?.properties.DefaultRouteSettings.ThrottlingRateLimit).toBe(business.api.requestsPerSecond);
    expect(stage?.properties.AccessLogSettings.Format).not.toMatch(/path|query|sourceIp/i);
  });

  it("asks for a key on every route but those that bring their own proof", () => {
    const open = all("AWS::ApiGatewayV2::Route").filter(
      ({ properties }) => properties.AuthorizationType !== "CUSTOM",
    );
    expect(open.map(({ properties }) => String(properties.RouteKey)).toSorted()).toEqual([
      "GET /docs",
      "GET /openapi.json",
      "GET /unsubscribe/{token}",
      "GET /{code}",
      "HEAD /{code}",
      "POST /callbacks/{connection}/inbound",
      "POST /callbacks/{connection}/status/{attemptId}",
      "POST /unsubscribe/{token}",
      "POST /v1/receipts",
    ]);
  });
});

describe("e-mail", () => {
  const sets = all("AWS::SES::ConfigurationSet");
  const destinations = all("AWS::SES::ConfigurationSetEventDestination");

  it("leaves in two streams, so that complaints about marketing keep no receipt from arriving", () => {
    expect(sets.map(({ properties }) => properties.Name)).toEqual([
      "heliograph-test-transactional",
      "heliograph-test-marketing",
    ]);
  });

  it("is told of from the request to the mailbox, and nothing in it tells on its reader", () => {
    expect(destinations).toHaveLength(2);
    for (const { properties } of destinations)
      expect(properties.EventDestination.MatchingEventTypes.toSorted()).toEqual([
        "bounce",
        "complaint",
        "delivery",
        "deliveryDelay",
        "reject",
        "renderingFailure",
        "send",
      ]);
  });
});

describe("addresses of functions' own", () => {
  const urls = all("AWS::Lambda::Url").map(({ properties }) => ({
    properties,
    target: functions.find(({ id }) => id === pointsTo(properties.TargetFunctionArn)),
  }));

  it("are those of webhooks, whose callers bring their own proof, and of nothing else", () => {
    expect(urls.map(({ target }) => String(target?.entry)).toSorted()).toEqual([
      "messages/receipts.webhook",
      "providers/callbacks.webhook",
    ]);
  });

  it("let no more calls in than the API would", () => {
    for (const { target } of urls)
      expect(target?.properties.ReservedConcurrentExecutions * callsPerEnvironment).toBe(
        business.api.requestsPerSecond,
      );
  });
});

describe("the state machine of the failover", () => {
  const machines = all("AWS::StepFunctions::StateMachine");
  type States = Record<string, { Arguments?: { Payload: object } }>;
  const payloadOf = (definition: Record<string, unknown>) =>
    Object.values(definition["States"] as States).flatMap(({ Arguments }) =>
      Object.keys(Arguments?.Payload ?? {}),
    );

  it("is a Standard one that logs what fails and none of its data", () => {
    expect(machines).toHaveLength(1);
    for (const { properties } of machines) {
      expect(properties.StateMachineType).toBe("STANDARD");
      expect(properties.LoggingConfiguration).toMatchObject({ Level: "ERROR", IncludeExecutionData: false });
      expect(properties.TracingConfiguration.Enabled).toBe(true);
    }
  });

  it("invokes one function, which does not start it", () => {
    const step = "messages/failover.step";
    expect(rightsOf(step).flatMap(({ actions }) => actions)).not.toContain("states:StartExecution");
    const invoked = machines.map(({ properties }) => {
      const role = pointsTo(properties.RoleArn);
      const policies = all("AWS::IAM::Policy").filter((policy) => JSON.stringify(policy).includes(role));
      const statements = policies.flatMap(({ properties: { PolicyDocument } }) => PolicyDocument.Statement);
      const invoking = statements.filter(({ Action }) => Action === "lambda:InvokeFunction");
      expect(invoking).toHaveLength(1);
      return functions.find(({ id }) => id === pointsTo(invoking[0].Resource))?.entry;
    });
    expect(invoked).toEqual([step]);
  });

  it("passes on numbers only", () => {
    expect(payloadOf(failoverDefinition("arn:function"))).toEqual(["at", "part", "parts", "isRepeat"]);
  });

  it("is valid in Amazon States Language", async () => {
    const validate = (await import("asl-validator")).default;
    const { isValid, errorsText } = validate(
      failoverDefinition("arn:aws:lambda:us-east-1:000000000000:function:step"),
    );
    expect(isValid, errorsText("\n")).toBe(true);
  });
});

it("no schedule is tried again after the next one is due", () => {
  const rule = all("AWS::Events::Rule").find(({ properties }) => properties.ScheduleExpression);
  expect(rule?.properties.ScheduleExpression).toBe("rate(1 minute)");
  expect(rule?.properties.Targets[0].RetryPolicy.MaximumRetryAttempts).toBe(0);
  const [invocation] = all("AWS::Lambda::EventInvokeConfig");
  expect(invocation?.properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  expect(resources.length).toBeGreaterThan(100);
});
