import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { business } from "../heliograph.config.ts";
import { DataStack } from "../lib/data-stack.ts";
import { MessagingStack } from "../lib/messaging-stack.ts";

// What is deployed: the list of stacks. `-c stage=test` makes a second set in the same account.
const app = new App();
const stage = String(app.node.tryGetContext("stage") ?? "prod");

const data = new DataStack(app, `Heliograph-${stage}-Data`, { stage, business });
new MessagingStack(app, `Heliograph-${stage}-Messaging`, { stage, business, data });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
