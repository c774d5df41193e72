import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { commands } from "../bin/command/all.ts";
import { commandIn, givenTo } from "../bin/command/given.ts";
import type { Business } from "../functions/business/business.ts";
import { callbackRoutes } from "../functions/providers/callbacks.routes.ts";
import { TwilioSecret } from "../functions/providers/twilio.provider.ts";
import { deploymentIn } from "../lib/deployment.ts";
import { wordsOf } from "./command/shell.fixture.ts";
import { wholeBusiness } from "./whole-business.ts";

const Synthesized = z.object({
  Outputs: z._default(
    z.record(z.string(), z.object({ Export: z.optional(z.object({ Name: z.string() })) })),
    {},
  ),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      DeletionPolicy: z.optional(z.string()),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
    }),
  ),
});
type Synthesized = z.infer<typeof Synthesized>;

const root = fileURLToPath(new URL("..", import.meta.url));
const page = readFileSync(join(root, "docs/deploy.md"), "utf8");
const templates = templatesOf(wholeBusiness);
const resources = [...templates.values()].flatMap(({ Resources }) => Object.values(Resources));

it("names exactly the stacks that are deployed", () => {
  expect(named(/\bHeliograph-prod-\w+/g)).toEqual([...templates.keys()].toSorted());
});

it("names exactly the outputs that the stacks have", () => {
  const outputs = [...templates.values()].flatMap(({ Outputs }) => Object.keys(Outputs));
  const ours = outputs.filter((name) => !name.startsWith("ExportsOutput"));
  expect(named(/\boutput ([A-Z]\w+)/g)).toEqual(ours.toSorted());
});

it("names exactly the secrets that there are", () => {
  expect(named(/`(heliograph\/prod\/[\w-]+)`/g)).toEqual(namesOf("AWS::SecretsManager::Secret", "Name"));
});

it("writes a Twilio secret as the provider reads it", () => {
  const [, written = ""] = /```json twilio\.json\n(.*?)```/s.exec(page) ?? [];
  expect(TwilioSecret.parse(JSON.parse(written))).toMatchObject(JSON.parse(written));
  for (const field of named(/`((?:accountSid|authToken|apiKey\w+|previousAuthToken))`/g))
    expect(Object.keys(TwilioSecret.shape)).toContain(field);
});

it("points numbers at a route that is there", () => {
  const [path] = named(/"SmsUrl=\$\(output CallbacksUrl\)([^"]+)"/g);
  expect(callbackRoutes).toContain(`POST /${path?.replace("twilio-main", "{connection}")}`);
});

it("names the log group, the configuration set and the key's description as they are", () => {
  const texts = JSON.stringify(resources);
  for (const text of [
    "/heliograph/prod/events",
    "heliograph-prod",
    "Heliograph's tables, queues and secrets",
  ]) {
    expect(page).toContain(`\`${text}\``);
    expect(texts).toContain(`"${text}"`);
  }
});

it("says of exactly what is kept that it is kept", () => {
  const kept = resources.filter(({ DeletionPolicy }) => DeletionPolicy?.startsWith("Retain"));
  const types = ["AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::SecretsManager::Secret"];
  expect([...new Set(kept.map(({ Type }) => Type))].toSorted()).toEqual(types);
  expect(page).toContain("Tables, key and secrets stay");
  expect(page).toContain("Tear-down leaves its bucket of files behind");
});

it("tables carry the names by which the guide deletes them", () => {
  const tables = [...templates].flatMap(([stack, { Resources }]) =>
    Object.values(Resources).flatMap(({ Type, Properties }) =>
      Type === "AWS::DynamoDB::Table" ? [{ stack, name: Properties["TableName"] }] : [],
    ),
  );
  // Without a name of its own a table gets its stack's as a prefix.
  for (const table of tables) expect(table).toEqual({ stack: "Heliograph-prod-Data", name: undefined });
  expect(tables.length).toBeGreaterThan(4);
});

it("turns things off in an order that CloudFormation takes", () => {
  const off = templatesOf({ ...wholeBusiness, webhooks: false, links: undefined });
  const [order = ""] = named(/for part in ([\w ]+);/g);
  const parts = order.split(" ");
  expect([...parts, "Data"].toSorted()).toEqual([...off.keys()].map(partOf).toSorted());
  expect(refusals([...parts, "Data"], off)).toEqual([]);
  // As all are deployed otherwise, each after those it leans on.
  expect(refusals([...off.keys()].map(partOf), off)).not.toEqual([]);
});

it("sets only what the app reads, and runs only scripts that there are", () => {
  const app = readFileSync(join(root, "bin/app.ts"), "utf8");
  for (const setting of named(/ -c (\w+)=/g)) expect(app).toContain(`tryGetContext("${setting}")`);
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  for (const script of named(/npm run (\w+)/g)) expect(Object.keys(scripts)).toContain(script);
});

it.each([...page.matchAll(/npx heliograph ([^`#\n]+)/g)].map(([, line = ""]) => line.trim()))(
  "heliograph %s can be typed",
  (line) => {
    const words = wordsOf(line);
    const typed = commands.filter((command) => command === commandIn(words, commands));
    expect(typed).toHaveLength(1);
    expect(() => typed.map((command) => givenTo(command, words))).not.toThrow();
  },
);

/** What CloudFormation would say while stacks are deployed one after the other: nothing that is in use may go. */
function refusals(order: readonly string[], next: ReadonlyMap<string, Synthesized>): string[] {
  const deployed = new Map(templates);
  return order.flatMap((part) => {
    const stack = `Heliograph-prod-${part}`;
    deployed.set(stack, next.get(stack) ?? Synthesized.parse({ Resources: {} }));
    const exported = new Set([...deployed.values()].flatMap(exportsOf));
    return [...deployed].flatMap(([user, template]) =>
      importsOf(template)
        .filter((name) => !exported.has(name))
        .map((name) => `${user} needs ${name}`),
    );
  });
}

function exportsOf({ Outputs }: Synthesized): string[] {
  return Object.values(Outputs).flatMap(({ Export }) => (Export ? [Export.Name] : []));
}

function importsOf(template: Synthesized): string[] {
  const found = JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g);
  return [...found].map(([, name = ""]) => name);
}

function partOf(stack: string): string {
  return stack.split("-").at(-1) ?? "";
}

function templatesOf(business: Business): ReadonlyMap<string, Synthesized> {
  const stacks = deploymentIn(new App({ analyticsReporting: false }), { stage: "prod", business });
  return new Map(
    stacks.map((stack) => [stack.stackName, Synthesized.parse(Template.fromStack(stack).toJSON())]),
  );
}

function namesOf(type: string, property: string): string[] {
  const found = resources.filter(({ Type }) => Type === type);
  return found.map(({ Properties }) => String(Properties[property])).toSorted();
}

/** What the page says at a pattern, each once: the first group, or all of it. */
function named(pattern: RegExp): string[] {
  return [...new Set([...page.matchAll(pattern)].map(([whole, group]) => group ?? whole))].toSorted();
}
