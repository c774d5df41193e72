import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import type { Business } from "../../functions/business/business.ts";
import { business } from "../../heliograph.config.ts";
import { deploymentIn } from "../../lib/deployment.ts";
import { monthly } from "./bill.ts";

/** What a deployment costs in a month in which nothing is sent. */
export interface Idle {
  readonly standardQueues: number;
  readonly fifoQueues: number;
  /** Dollars for polls of queues that hold nothing. */
  readonly polls: number;
  readonly alarms: number;
  readonly secrets: number;
  readonly keys: number;
  /** Dollars for all of them. */
  readonly total: number;
}

/** The business of the configuration, as it is deployed. */
export function idleAsConfigured(): Idle {
  return idleOf(business);
}

/** The same business with this many slow senders, and none of its own. */
export function idleWithSlowSenders(count: number): Idle {
  const [first] = business.senders;
  if (!first) throw new Error("The business has no sender");
  const senders = Array.from({ length: count }, (_, index) => ({ ...first, id: `slow-${index}`, mps: 1 }));
  return idleOf({ ...business, senders });
}

/** Told from the template: every queue that a function is fed from is polled day and night. */
function idleOf(one: Business): Idle {
  const app = new App({ analyticsReporting: false });
  const stacks = deploymentIn(app, { stage: "idle", business: one });
  const templates = stacks.map((stack) => Template.fromStack(stack));
  const count = (type: string, properties: object = {}) =>
    templates.reduce(
      (sum, template) => sum + Object.keys(template.findResources(type, { Properties: properties })).length,
      0,
    );
  const fed = count("AWS::Lambda::EventSourceMapping");
  // Dead letters are nobody's source; every other FIFO queue is a sender's.
  const fifoQueues = count("AWS::SQS::Queue", { FifoQueue: true }) / 2;
  const standardQueues = fed - fifoQueues;
  const [alarms, secrets, keys] = [
    "AWS::CloudWatch::Alarm",
    "AWS::SecretsManager::Secret",
    "AWS::KMS::Key",
  ].map((type) => count(type)) as [number, number, number];
  const polls =
    standardQueues * monthly("a standard queue's idle polls") +
    fifoQueues * monthly("a FIFO queue's idle polls");
  const total =
    polls + alarms * monthly("an alarm") + secrets * monthly("a secret") + keys * monthly("a key");
  return { standardQueues, fifoQueues, polls, alarms, secrets, keys, total };
}
