import { CfnOutput, RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, ProjectionType } from "aws-cdk-lib/aws-dynamodb";
import { EventBus } from "aws-cdk-lib/aws-events";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { acknowledge } from "./constructs/acknowledge.ts";
import { type StageProps, StageStack } from "./constructs/stage-stack.ts";
import { Store } from "./constructs/store.ts";

const generatedKey = {
  secretStringTemplate: "{}",
  generateStringKey: "key",
  passwordLength: 64,
  excludePunctuation: true,
};

/** What all else leans on and what outlives it: tables, keys, secrets, the bus, and who is told of alarms. Never torn down. */
export class DataStack extends StageStack {
  readonly contacts: Store;
  readonly messages: Store;
  readonly counters: Store;
  readonly catalog: Store;
  readonly campaigns: Store;
  readonly bus: EventBus;
  readonly key: Key;
  readonly connectionSecrets: ReadonlyMap<string, Secret>;
  readonly receiptSecret: Secret;
  /** What posting events needs, for a business that wants it. */
  readonly integrations: { readonly store: Store; readonly secret: Secret } | undefined;
  /** Short links, for a business that wants them. */
  readonly links: Store | undefined;
  /** Name of what ties the texts of this deployment to its events in AWS End User Messaging. */
  readonly smsConfigurationSet: string;
  /** The same for e-mails in Amazon SES: what the names begin with, followed by the stream. */
  readonly sesConfigurationSets: string;
  /** Where alarms of all stacks are told. */
  readonly alarms: Topic;

  constructor(scope: Construct, props: StageProps) {
    super(scope, "Data", props);
    const { stage, business } = props;
    this.key = new Key(this, "Key", {
      enableKeyRotation: true,
      description: "Heliograph's tables, queues and secrets",
    });
    // Alarms are told over an encrypted topic.
    this.key.grant(new ServicePrincipal("cloudwatch.amazonaws.com"), "kms:Decrypt", "kms:GenerateDataKey");
    const providers = new Set(business.connections.map(({ provider }) => provider));
    this.hearsOf([
      ...(providers.has("aws-sms") ? ["sms-voice"] : []),
      ...(providers.has("ses") ? ["ses"] : []),
    ]);
    this.smsConfigurationSet = `heliograph-${stage}`;
    this.sesConfigurationSets = `heliograph-${stage}`;
    this.contacts = new Store(this, "Contacts", {
      key: this.key,
      indexes: [
        {
          name: "byId",
          by: ["listShard", AttributeType.NUMBER],
          sortedBy: ["pk", AttributeType.STRING],
          keeps: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.messages = new Store(this, "Messages", {
      key: this.key,
      // Lists of cohorts that have moved on; a message has no end.
      expires: true,
      indexes: [
        {
          name: "byContact",
          by: ["contactId", AttributeType.STRING],
          sortedBy: ["createdAt", AttributeType.NUMBER],
          // Names only: an index that keeps whole messages is written with every change of each.
          keeps: ProjectionType.KEYS_ONLY,
        },
        {
          name: "byDue",
          by: ["dueShard", AttributeType.NUMBER],
          sortedBy: ["dueAt", AttributeType.NUMBER],
          keeps: ProjectionType.KEYS_ONLY,
        },
      ],
    });
    this.counters = new Store(this, "Counters", { key: this.key, expires: true });
    this.catalog = new Store(this, "Catalog", { key: this.key });
    this.campaigns = new Store(this, "Campaigns", { key: this.key });
    this.bus = new EventBus(this, "Bus", { eventBusName: `heliograph-${stage}` });
    this.connectionSecrets = new Map(
      business.connections
        .filter(({ provider }) => provider === "twilio" || provider === "web-push")
        .map(({ id: connection }) => [
          connection,
          this.secretFor(connection, `heliograph/${stage}/${connection}`),
        ]),
    );
    this.receiptSecret = this.secretFor("receipts", `heliograph/${stage}/receipts`, generatedKey);
    if (business.webhooks) {
      // EventBridge puts events on an encrypted queue.
      this.key.grant(new ServicePrincipal("events.amazonaws.com"), "kms:Decrypt", "kms:GenerateDataKey");
      const secret = this.secretFor("webhooks", `heliograph/${stage}/webhooks`, generatedKey);
      this.integrations = {
        store: new Store(this, "Integrations", { key: this.key, expires: true }),
        secret,
      };
    }
    this.alarms = new Topic(this, "Alarms", { masterKey: this.key, enforceSSL: true });
    const { alarmEmail } = business.operations;
    if (alarmEmail) this.alarms.addSubscription(new EmailSubscription(alarmEmail));
    if (business.links) this.links = new Store(this, "Links", { key: this.key, expires: true });
    new CfnOutput(this, "CatalogTable", {
      value: this.catalog.table.tableName,
      description: "Where API keys are kept",
    });
  }

  /** What became of texts and e-mails, and what people wrote, comes over encrypted topics into encrypted queues. */
  private hearsOf(services: readonly string[]): void {
    if (services.length === 0) return;
    const conditions = { StringEquals: { "aws:SourceAccount": this.account } };
    for (const service of [...services, "sns"]) {
      const principal = new ServicePrincipal(`${service}.amazonaws.com`, { conditions });
      this.key.grant(principal, "kms:Decrypt", "kms:GenerateDataKey");
    }
  }

  private secretFor(id: string, secretName: string, generateSecretString = {}): Secret {
    const secret = new Secret(this, `Secret-${id}`, {
      secretName,
      encryptionKey: this.key,
      generateSecretString,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      secret,
      "AwsSolutions-SMG4",
      "A provider's token cannot be rotated by us alone: both its old and new value are accepted while an operator rotates it.",
    );
    return secret;
  }
}
