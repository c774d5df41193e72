import type {
  GetSecretValueCommandInput,
  GetSecretValueCommandOutput,
} from "@aws-sdk/client-secrets-manager";
import type * as z from "zod/mini";
import { type AwsClient, awsClient, commandOf } from "./aws-client.ts";

const GetSecretValueCommand = commandOf<
  GetSecretValueCommandInput,
  Pick<GetSecretValueCommandOutput, "SecretString">
>(
  {
    name: "secretsmanager",
    variable: "SECRETS_MANAGER",
    contentType: "application/x-amz-json-1.1",
    target: "secretsmanager",
  },
  "GetSecretValue",
);

/** How long a secret is used before it is read again: a rotation is over after this. */
const keptMilliseconds = 5 * 60_000;

/** How often one that was refused is read again: whoever knocks with a wrong signature must not make us read. */
const freshMilliseconds = 1_000;

/** Reads a secret as its schema says, at most once in five minutes; a fresh one, because the last was refused, in a second. */
export type ReadSecret = <S extends z.ZodMiniType>(
  name: string,
  schema: S,
  now: number,
  isRefused?: boolean,
) => Promise<z.infer<S>>;

/** Secrets Manager behind a short memory. */
export function secretReader(client: AwsClient = awsClient()): ReadSecret {
  const kept = new Map<string, { readonly text: Promise<string>; readonly at: number }>();
  const read = async (name: string) =>
    (await client.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? "";
  return async (name, schema, now, isRefused = false) => {
    const known = kept.get(name);
    if (known && now - known.at < (isRefused ? freshMilliseconds : keptMilliseconds))
      return schema.parse(JSON.parse(await known.text));
    // A batch asks many times at once: all of them wait for the one read.
    const text = read(name);
    kept.set(name, { text, at: now });
    try {
      return schema.parse(JSON.parse(await text));
    } catch (error) {
      kept.delete(name);
      throw error;
    }
  };
}
