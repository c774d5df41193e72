import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { deploymentIn } from "../../lib/deployment.ts";
import { wholeBusiness as business } from "../whole-business.ts";

/** A resource of a template. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Properties;
  readonly deletionPolicy: string | undefined;
}

/** Properties as JSON: tests look for promises, not for types. */
export type Properties = ReturnType<typeof JSON.parse>;

const app = new App({ analyticsReporting: false });

const templates: readonly Properties[] = deploymentIn(app, { stage: "test", business }).map((stack) =>
  Template.fromStack(stack).toJSON(),
);
const exported = new Map<string, Properties>(
  templates.flatMap(({ Outputs = {} }) =>
    Object.values<Properties>(Outputs).flatMap(({ Export, Value }) => (Export ? [[Export.Name, Value]] : [])),
  ),
);

/** All resources of all stacks, of a business that has turned on all there is; what a stack imports stands there as in its own stack. */
export const resources: readonly Resource[] = templates.flatMap(({ Resources }) =>
  Object.entries<Properties>(withoutImports(Resources)).map(([id, resource]) => ({
    id,
    type: resource.Type,
    properties: resource.Properties ?? {},
    deletionPolicy: resource.DeletionPolicy,
  })),
);

function withoutImports(value: Properties): Properties {
  if (Array.isArray(value)) return value.map((one) => withoutImports(one));
  if (typeof value !== "object" || value === null) return value;
  if ("Fn::ImportValue" in value) return exported.get(value["Fn::ImportValue"]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutImports(one)]));
}

/** Resources of one type. */
export function all(type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** The id a value points to by Ref, GetAtt or inside a join, or by the name of a queue. */
export function pointsTo(value: unknown): string {
  const text = JSON.stringify(value);
  const named = all("AWS::SQS::Queue").find(
    ({ properties: { QueueName } }) => QueueName && text.includes(`:${QueueName}"`),
  );
  return named?.id ?? /"(?:Ref|Fn::GetAtt)":(?:\[)?"([^"]+)"/.exec(text)?.[1] ?? "";
}

/** The functions by their entry file: `messages/route.queue`. */
export const functions: readonly (Resource & { readonly entry: string })[] = all("AWS::Lambda::Function").map(
  (one) => ({
    ...one,
    entry: String(one.properties.Handler)
      .replace(/\.handler$/, "")
      .replace(/-(api|queue|step|schedule|webhook)$/, ".$1"),
  }),
);

/** What a function's role allows, statement by statement. */
export function rightsOf(
  entry: string,
): readonly { readonly actions: readonly string[]; readonly resource: string; readonly condition: string }[] {
  const own = functions.filter((one) => one.entry === entry);
  const roles = new Set(own.map(({ properties }) => pointsTo(properties.Role)));
  const attached = all("AWS::IAM::Policy").filter(({ properties }) =>
    properties.Roles.some((role: unknown) => roles.has(pointsTo(role))),
  );
  const inline = all("AWS::IAM::Role")
    .filter(({ id }) => roles.has(id))
    .flatMap(({ properties }) =>
      (properties.Policies ?? []).map((policy: Properties) => policy.PolicyDocument),
    );
  const documents = [...attached.map(({ properties }) => properties.PolicyDocument), ...inline];
  return documents.flatMap((document) =>
    document.Statement.map((statement: Properties) => ({
      actions: [statement.Action].flat(),
      resource: JSON.stringify(statement.Resource),
      condition: JSON.stringify(statement.Condition ?? {}),
    })),
  );
}
