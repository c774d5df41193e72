import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { bodyOf, problemAnswer } from "./api.ts";

/** A webhook request, decoded but not understood. */
export interface WebhookRequest {
  readonly route: string;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Path and query exactly as they came in. */
  readonly pathAndQuery: string;
  /** The raw body: what a signature is made over. */
  readonly body: string;
}

type Answer = APIGatewayProxyStructuredResultV2;

/** A handler for calls that bring their own proof instead of an API key. */
export function onWebhook(
  take: (request: WebhookRequest) => Promise<Answer>,
): middy.MiddyfiedHandler<APIGatewayProxyEventV2, Answer> {
  return middy<APIGatewayProxyEventV2, Answer>()
    .onError((request) => {
      request.response = problemAnswer(request.error);
    })
    .handler(async (event) =>
      take({
        route: event.routeKey,
        params: event.pathParameters ?? {},
        headers: event.headers,
        pathAndQuery: event.rawPath + (event.rawQueryString ? `?${event.rawQueryString}` : ""),
        body: bodyOf(event),
      }),
    );
}
