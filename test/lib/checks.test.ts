import { App, Stack, Validations } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { deploymentIn } from "../../lib/deployment.ts";
import { wholeBusiness as business } from "../whole-business.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { context } = JSON.parse(readFileSync(`${root}cdk.json`, "utf8"));

it("the AwsSolutions checks find nothing that has no written reason", () => {
  const app = deployed();
  expect(() => app.synth()).not.toThrow();
}, 240_000);

it("the checks would find a queue without dead letters", () => {
  const app = checked();
  new Queue(new Stack(app, "Bare"), "Queue");
  expect(() => app.synth()).toThrow("AwsSolutions-SQS3");
});

it("every accepted finding stands on its resource with a reason that a reviewer can judge", () => {
  const reasons = deployed()
    .node.findAll()
    .flatMap(({ node }) => node.metadata)
    .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
    .flatMap(({ data }) => Object.values<string>(data));
  expect(reasons.length).toBeGreaterThan(10);
  for (const reason of reasons) expect(reason.length, reason).toBeGreaterThanOrEqual(40);
  // Few kinds of reasons: a new one is a decision, so it changes this number.
  expect(new Set(reasons).size).toBe(9);
});

function deployed(): App {
  const app = checked();
  deploymentIn(app, { stage: "test", business });
  return app;
}

function checked(): App {
  const app = new App({ analyticsReporting: false, context });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
