import middy from "@middy/core";
import type {
  APIGatewayRequestAuthorizerEventV2,
  APIGatewaySimpleAuthorizerWithContextResult,
} from "aws-lambda";
import { defaultRequestsPerMinute, hashOfKey, isValid, keyIn } from "./api-key.ts";
import { apiKeyStore } from "./api-key.store.ts";
import { tables } from "./aws.store.ts";
import { systemClock } from "./clock.ts";
import { setting } from "./env.ts";

const keys = apiKeyStore(tables(), setting("CATALOG_TABLE"));

type Event = APIGatewayRequestAuthorizerEventV2;
type Answer = APIGatewaySimpleAuthorizerWithContextResult<{ keyId: string; scopes: string; limit: string }>;

/** Opens the API to callers with a valid key. */
export const handler = middy<Event, Answer>().handler(async (event) => {
  const key = keyIn(event.headers?.["authorization"]);
  const known = key ? await keys.find(hashOfKey(key)) : undefined;
  if (!known || !isValid(known, systemClock.now()))
    return { isAuthorized: false, context: { keyId: "", scopes: "", limit: "" } };
  const { keyId, scopes, requestsPerMinute = defaultRequestsPerMinute } = known;
  return {
    isAuthorized: true,
    context: { keyId, scopes: scopes.join(" "), limit: String(requestsPerMinute) },
  };
});
