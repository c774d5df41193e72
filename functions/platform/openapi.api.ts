import middy from "@middy/core";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { description, page } from "./description.ts";
import { answerPacked } from "./packed.ts";

const forAnHour = "public, max-age=3600";

/** The description of the API: for machines, and as a page for people. */
export const handler = middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(
  async (event) =>
    event.routeKey === "GET /docs"
      ? answerPacked(
          page.html,
          {
            "content-type": "text/html; charset=utf-8",
            "cache-control": forAnHour,
            "content-security-policy": page.policy,
            "referrer-policy": "no-referrer",
            "x-content-type-options": "nosniff",
          },
          event,
        )
      : answerPacked(description, { "content-type": "application/json", "cache-control": forAnHour }, event),
);
