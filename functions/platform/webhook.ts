import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { bodyOf, problemAnswer } from "./api.ts";
import { Problem } from "./problem.ts";

/** A webhook request, decoded but not understood. */
export interface WebhookRequest<R extends string = string> {
  readonly route: R;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Where the caller reached us, without a trailing slash: what a signature is made over begins with it. */
  readonly baseUrl: string;
  /** Path and query exactly as they came in. */
  readonly pathAndQuery: string;
  /** The raw body: what a signature is made over. */
  readonly body: string;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** A handler for calls that bring their own proof instead of an API key. They come by the API or by the function's own address, which knows no routes: the handler finds them itself. */
export function onWebhook<const R extends string>(
  routes: readonly R[],
  take: (request: WebhookRequest<R>) => Promise<Answer>,
): middy.MiddyfiedHandler<APIGatewayProxyEventV2, Answer> {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route) }));
  return middy<APIGatewayProxyEventV2, Answer>()
    .onError((request) => {
      request.response = problemAnswer(request.error);
    })
    .handler(async (event) => {
      const { requestContext, headers, rawPath, rawQueryString } = event;
      const asked = `${requestContext.http.method} ${rawPath}`;
      const found = compiled.find(({ pattern }) => pattern.test(asked));
      if (!found) throw new Problem("route.not-found");
      return take({
        route: found.route,
        params: { ...found.pattern.exec(asked)?.groups },
        headers,
        baseUrl: `${headers["x-forwarded-proto"] ?? "https"}://${requestContext.domainName}`,
        pathAndQuery: rawPath + (rawQueryString ? `?${rawQueryString}` : ""),
        body: bodyOf(event),
      });
    });
}

/** `POST /callbacks/{connection}/inbound`, with what stands in braces by its name. */
function patternOf(route: string): RegExp {
  return new RegExp(`^${route.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}
