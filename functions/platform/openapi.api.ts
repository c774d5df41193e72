import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { description, page } from "./description.ts";

const forAnHour = "public, max-age=3600";

/** The description of the API: for machines, and as a page for people. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(
  async ({ routeKey }) =>
    routeKey === "GET /docs"
      ? {
          statusCode: 200,
          headers: {
            "content-type": "text/html; charset=utf-8",
            "cache-control": forAnHour,
            "content-security-policy": page.policy,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
          },
          body: page.html,
        }
      : {
          statusCode: 200,
          headers: { "content-type": "application/json", "cache-control": forAnHour },
          body: description,
        },
);
