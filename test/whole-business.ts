import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { business } from "../heliograph.config.ts";
import { deploymentIn } from "../lib/deployment.ts";

/** The declared business with all that it could turn on. */
export const wholeBusiness = {
  ...business,
  senders: business.senders.map((sender) =>
    sender.id === "us-backup" ? { ...sender, channels: ["sms" as const, "mms" as const] } : sender,
  ),
  webhooks: true,
  links: { keepDays: 365 },
  lookup: { connection: "twilio-main" },
};

/** Synthesizes its templates into a folder of their own; the functions are those of every business. */
export function synthesizeWhole(): string {
  const outdir = mkdtempSync(join(tmpdir(), "heliograph-whole-"));
  const context = { "aws:cdk:disable-asset-staging": true };
  const app = new App({ analyticsReporting: false, outdir, context });
  deploymentIn(app, { stage: "prod", business: wholeBusiness });
  app.synth();
  return outdir;
}
