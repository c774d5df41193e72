import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { business } from "../heliograph.config.ts";
import { deploymentIn } from "../lib/deployment.ts";

// What is deployed: the list of stacks. `-c stage=test` makes a second set in the same account.
const app = new App();
const stage = String(app.node.tryGetContext("stage") ?? "prod");

deploymentIn(app, { stage, business });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
