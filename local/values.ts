import type { Assembly, Json, Resource } from "./assembly.ts";

/** Account and region of everything local. */
export const place = { account: "000000000000", region: "us-east-1", partition: "aws" } as const;

/** An ARN in the local account. */
export function arn(service: string, resource: string): string {
  return `arn:${place.partition}:${service}:${place.region}:${place.account}:${resource}`;
}

/** What a resource answers to Ref and GetAtt. */
export interface Identity {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Turns template values into plain ones. */
export interface Resolver {
  readonly resolve: (value: Json, stack: string) => Json;
  readonly identityOf: (resource: Resource) => Identity;
}

const pseudo: Readonly<Record<string, string>> = {
  "AWS::AccountId": place.account,
  "AWS::Region": place.region,
  "AWS::Partition": place.partition,
  "AWS::URLSuffix": "amazonaws.com",
  "AWS::StackId": "local",
  "AWS::StackName": "local",
  "AWS::NoValue": "",
};

/** A resolver over all stacks; what a value points to is known by name alone, so there is no order to keep. */
export function resolverFor(
  assembly: Assembly,
  identify: (resource: Resource, name: string) => Identity,
): Resolver {
  const byId = new Map(
    assembly.resources.map((resource) => [`${resource.stack}/${resource.logicalId}`, resource]),
  );
  const exports = new Map<string, { value: Json; stack: string }>();
  const identityOf = (resource: Resource) => identify(resource, nameOf(resource));

  const find = (id: string, stack: string): Identity => {
    const resource = byId.get(`${stack}/${id}`);
    if (!resource) throw new Error(`${stack} refers to ${id}, which it does not have`);
    return identityOf(resource);
  };
  const attribute = (id: string, name: string, stack: string): string => {
    const value = find(id, stack).attributes[name];
    if (value === undefined)
      throw new Error(`The local cloud does not know the attribute ${name} of ${stack}/${id}`);
    return value;
  };
  const text = (value: Json, stack: string) => String(resolve(value, stack));

  const functions: Readonly<Record<string, (argument: Json, stack: string) => Json>> = {
    Ref: (id, stack) => pseudo[String(id)] ?? find(String(id), stack).ref,
    "Fn::GetAtt": (argument, stack) => {
      const [id = "", name = ""] = Array.isArray(argument)
        ? argument.map(String)
        : String(argument).split(".");
      return attribute(id, name, stack);
    },
    "Fn::Join": (argument, stack) => {
      const [separator, parts] = list(argument);
      return list(resolve(parts ?? [], stack))
        .map(String)
        .join(String(separator));
    },
    "Fn::Split": (argument, stack) => {
      const [separator, value] = list(argument);
      return text(value ?? "", stack).split(String(separator));
    },
    "Fn::Select": (argument, stack) => {
      const [index, values] = list(argument);
      return list(resolve(values ?? [], stack))[Number(index)] ?? "";
    },
    "Fn::Sub": (argument, stack) => {
      const pattern = typeof argument === "string" ? argument : String(list(argument)[0]);
      return pattern.replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => {
        const [id = "", attributeName] = name.split(".");
        return attributeName && !(name in pseudo)
          ? attribute(id, attributeName, stack)
          : (pseudo[name] ?? find(name, stack).ref);
      });
    },
    "Fn::ImportValue": (argument, stack) => {
      const found = exports.get(text(argument, stack));
      if (!found) throw new Error(`Nothing exports ${text(argument, stack)}`);
      return resolve(found.value, found.stack);
    },
  };

  function resolve(value: Json, stack: string): Json {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map((one: Json) => resolve(one, stack));
    const [name = "", ...others] = Object.keys(value);
    const isCall = others.length === 0 && (name === "Ref" || name.startsWith("Fn::"));
    if (!isCall)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, stack)]));
    const call = functions[name];
    if (!call) throw new Error(`The local cloud does not know the function ${name}, used in ${stack}`);
    return call((value as Record<string, Json>)[name] ?? "", stack);
  }

  for (const { exportName, value, stack } of assembly.outputs) {
    if (exportName !== undefined) exports.set(text(exportName, stack), { value, stack });
  }
  return { resolve, identityOf };
}

function list(value: Json): readonly Json[] {
  if (!Array.isArray(value)) throw new Error(`A list was expected instead of ${JSON.stringify(value)}`);
  return value as readonly Json[];
}

/** A physical name that is the same at every start, so that what was kept is found again. */
function nameOf({ logicalId, properties }: Resource): string {
  const named =
    properties["Name"] ??
    properties["QueueName"] ??
    properties["LogGroupName"] ??
    properties["StateMachineName"];
  return typeof named === "string" ? named : logicalId;
}
