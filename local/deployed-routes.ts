import type { Json, Resource } from "./assembly.ts";
import { type Properties, text } from "./properties.ts";

/** A route and the functions behind it. */
export interface RouteDeclaration {
  readonly key: string;
  readonly functionName: string;
  readonly authorizer?: {
    readonly functionName: string;
    readonly identityHeader: string;
    readonly cacheSeconds: number;
  };
}

type Found = {
  readonly resource: Resource;
  readonly identity: { readonly ref: string };
  readonly properties: Properties;
};

/** The routes of an HTTP API with the functions and authorizers that they name. */
export function routesFrom(all: (type: string) => readonly Found[]): RouteDeclaration[] {
  const integrations = new Map(
    all("AWS::ApiGatewayV2::Integration").map(({ identity, properties }) => [
      identity.ref,
      functionIn(text(properties["IntegrationUri"])),
    ]),
  );
  const authorizers = new Map(
    all("AWS::ApiGatewayV2::Authorizer").map(({ identity, properties }) => [
      identity.ref,
      authorizerFrom(properties),
    ]),
  );
  return all("AWS::ApiGatewayV2::Route").map(({ properties }) => {
    const authorizer = authorizers.get(text(properties["AuthorizerId"] ?? ""));
    if (properties["AuthorizationType"] === "CUSTOM" && !authorizer)
      throw new Error(`Route ${text(properties["RouteKey"])} lacks its authorizer`);
    return {
      key: text(properties["RouteKey"]),
      functionName: integrations.get(text(properties["Target"]).replace("integrations/", "")) ?? "",
      ...(authorizer && { authorizer }),
    };
  });
}

function authorizerFrom(properties: Properties) {
  const source = Array.isArray(properties["IdentitySource"])
    ? text(properties["IdentitySource"][0] as Json)
    : "";
  return {
    functionName: functionIn(text(properties["AuthorizerUri"])),
    identityHeader: source.replace("$request.header.", "").toLowerCase(),
    cacheSeconds: Number(properties["AuthorizerResultTtlInSeconds"] ?? 0),
  };
}

function functionIn(uri: string): string {
  return /function:([\w-]+)/.exec(uri)?.[1] ?? uri;
}
