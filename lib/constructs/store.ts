import { RemovalPolicy } from "aws-cdk-lib";
import {
  type AttributeType,
  AttributeType as Type,
  BillingMode,
  type ProjectionType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import type { Setting } from "../../functions/platform/env.ts";
import type { Handler } from "./handler.ts";

/** A second way into a table. */
export interface Index {
  readonly name: string;
  readonly by: readonly [string, AttributeType];
  readonly sortedBy: readonly [string, AttributeType];
  readonly keeps: ProjectionType;
}

/** What a table is made from. */
export interface StoreProps {
  readonly key: Key;
  /** @default - none */
  readonly indexes?: readonly Index[];
  /** Whether items have a `ttl` after which the table may sweep them out. @default false */
  readonly expires?: boolean;
}

const reads = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"];
const writes = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];

/** A table; whoever may use it gets the permission and its name together. */
export class Store extends Construct {
  readonly table: Table;
  private readonly key: Key;
  private readonly indexes: readonly Index[];

  constructor(scope: Construct, id: string, props: StoreProps) {
    super(scope, id);
    this.key = props.key;
    this.indexes = props.indexes ?? [];
    this.table = new Table(this, "Table", {
      partitionKey: { name: "pk", type: Type.STRING },
      sortKey: { name: "sk", type: Type.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // A key of ours, so that access to the data can be taken away by taking away the key.
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      ...(props.expires && { timeToLiveAttribute: "ttl" }),
    });
    for (const { name, by, sortedBy, keeps } of this.indexes) {
      this.table.addGlobalSecondaryIndex({
        indexName: name,
        partitionKey: { name: by[0], type: by[1] },
        sortKey: { name: sortedBy[0], type: sortedBy[1] },
        projectionType: keeps,
      });
    }
  }

  /** Lets a function read items, under the name its code asks for. */
  readableBy(handler: Handler, setting: Setting): void {
    this.open(handler, setting, reads);
  }

  /** Lets a function read and write items. */
  writableBy(handler: Handler, setting: Setting): void {
    this.open(handler, setting, [...reads, ...writes]);
  }

  /** Lets a function add items and read them one by one, under a name that its code finds in another setting. */
  addableBy(handler: Handler): void {
    const actions = ["dynamodb:GetItem", "dynamodb:PutItem"];
    handler.may(new PolicyStatement({ actions, resources: [this.table.tableArn] }));
    handler.may(usesKey(this.key));
  }

  private open(handler: Handler, setting: Setting, actions: readonly string[]): void {
    handler.may(new PolicyStatement({ actions: [...actions], resources: [this.table.tableArn] }));
    const indexes = this.indexes.map(({ name }) => `${this.table.tableArn}/index/${name}`);
    if (indexes.length > 0)
      handler.may(new PolicyStatement({ actions: ["dynamodb:Query"], resources: indexes }));
    handler.may(usesKey(this.key));
    handler.set(setting, this.table.tableName);
  }
}

/** Lets a function use the key behind what it reads and writes. */
export function usesKey(key: Key): PolicyStatement {
  const actions = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"];
  return new PolicyStatement({ actions, resources: [key.keyArn] });
}
