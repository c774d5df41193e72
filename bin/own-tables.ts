import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Tables, tables } from "../functions/platform/aws.store.ts";

/** On a machine of its own the SDK finds the region and who asks: profiles, single sign-on and the like. */
export async function ownTables(): Promise<Tables> {
  const { config } = new DynamoDBClient({});
  const [region, who] = await Promise.all([config.region(), config.credentials()]);
  return tables({
    ...process.env,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: who.accessKeyId,
    AWS_SECRET_ACCESS_KEY: who.secretAccessKey,
    AWS_SESSION_TOKEN: who.sessionToken,
  });
}
