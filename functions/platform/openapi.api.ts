import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { operations } from "./all.routes.ts";
import { describe } from "./openapi.ts";

const description = JSON.stringify(
  describe(operations, {
    title: "Heliograph",
    version: "1",
    description:
      "Say what you want to tell whom and how much it matters; Heliograph decides whether, when, where and how fast.",
  }),
);

/** The description of the API. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(
  async () => ({
    statusCode: 200,
    headers: { "content-type": "application/json", "cache-control": "public, max-age=300" },
    body: description,
  }),
);
