import type { Context } from "aws-lambda";
import { campaignRoutes } from "../functions/campaigns/campaigns.routes.ts";
import { consentRoutes } from "../functions/consent/consent.routes.ts";
import { contactRoutes } from "../functions/contacts/contacts.routes.ts";
import { erasureRoutes } from "../functions/contacts/erasure.routes.ts";
import { keyRoutes } from "../functions/keys/keys.routes.ts";
import { categoryRoutes } from "../functions/messages/categories.routes.ts";
import { inspectRoutes } from "../functions/messages/inspect.routes.ts";
import { webhookRoutes } from "../functions/integrations/webhooks.routes.ts";
import { messageRoutes } from "../functions/messages/messages.routes.ts";
import type { Operations } from "../functions/platform/routes.ts";
import { preferenceRoutes } from "../functions/preferences/preferences.routes.ts";
import { senderRoutes } from "../functions/senders/senders.routes.ts";
import { switchRoutes } from "../functions/switches/switches.routes.ts";
import { templateRoutes } from "../functions/templates/templates.routes.ts";
import { type Aws, startAws } from "./aws.ts";

/** A reply of the API; tests read fields by name and fail when one is missing. */
interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests know the replies by the documentation, not by our types
  readonly body: any;
}

/** The HTTP API as API Gateway calls it: the deployed handlers in this process. */
export interface Door {
  readonly aws: Aws;
  readonly ask: (
    operation: string,
    body?: unknown,
    headers?: Record<string, string>,
    caller?: { readonly keyId?: string; readonly scopes?: string; readonly limit?: string },
  ) => Promise<Reply>;
}

type Handler = (event: never, context: Context) => unknown;

/** Opens the API; the handlers read their settings when they are loaded, so that happens here. */
export async function openDoor(): Promise<Door> {
  const aws = await startAws();
  const capabilities: readonly (readonly [Operations, Handler])[] = [
    [contactRoutes, (await import("../functions/contacts/contacts.api.ts")).handler],
    [erasureRoutes, (await import("../functions/contacts/erasure.api.ts")).handler],
    [
      { ...preferenceRoutes, ...categoryRoutes },
      (await import("../functions/preferences/preferences.api.ts")).handler,
    ],
    [campaignRoutes, (await import("../functions/campaigns/campaigns.api.ts")).handler],
    [consentRoutes, (await import("../functions/consent/consent.api.ts")).handler],
    [inspectRoutes, (await import("../functions/messages/inspect.api.ts")).handler],
    [messageRoutes, (await import("../functions/messages/messages.api.ts")).handler],
    [templateRoutes, (await import("../functions/templates/templates.api.ts")).handler],
    [keyRoutes, (await import("../functions/keys/keys.api.ts")).handler],
    [senderRoutes, (await import("../functions/senders/senders.api.ts")).handler],
    [switchRoutes, (await import("../functions/switches/switches.api.ts")).handler],
    [webhookRoutes, (await import("../functions/integrations/webhooks.api.ts")).handler],
  ];
  const routes = capabilities.flatMap(([operations, handler]) =>
    Object.values(operations).map(({ at }) => ({ at, handler, pattern: patternOf(at) })),
  );
  const ask = async (
    operation: string,
    body?: unknown,
    headers: Record<string, string> = {},
    caller: Parameters<Door["ask"]>[3] = {},
  ): Promise<Reply> => {
    const [called = "", search = ""] = operation.split("?");
    const route = routes.find(({ pattern }) => pattern.test(called));
    if (!route) throw new Error(`No operation answers ${called}`);
    const query = Object.fromEntries(new URLSearchParams(search));
    const event = {
      routeKey: route.at,
      rawPath: called.split(" ")[1],
      pathParameters: route.pattern.exec(called)?.groups ?? {},
      ...(search && { queryStringParameters: query }),
      headers,
      requestContext: {
        authorizer: { lambda: { keyId: "key_test", scopes: "*", limit: "1000000", ...caller } },
      },
      isBase64Encoded: false,
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    };
    const answer = (await route.handler(
      event as never,
      { getRemainingTimeInMillis: () => 10_000 } as Context,
    )) as Answer;
    return {
      status: answer.statusCode,
      headers: answer.headers ?? {},
      body: answer.body ? JSON.parse(answer.body) : {},
    };
  };
  return { aws, ask };
}

interface Answer {
  readonly statusCode: number;
  readonly headers?: Record<string, unknown>;
  readonly body?: string;
}

function patternOf(at: string): RegExp {
  return new RegExp(`^${at.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
}
