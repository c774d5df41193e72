import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type * as z from "zod";

/** How long a secret is used before it is read again: a rotation is over after this. */
const keptMilliseconds = 5 * 60_000;

/** Reads a secret as its schema says, at most once in five minutes. */
export type ReadSecret = <S extends z.ZodType>(name: string, schema: S, now: number) => Promise<z.infer<S>>;

/** Secrets Manager behind a short memory. */
export function secretReader(client = new SecretsManagerClient({})): ReadSecret {
  const kept = new Map<string, { readonly text: string; readonly until: number }>();
  return async (name, schema, now) => {
    const known = kept.get(name);
    if (known && known.until > now) return schema.parse(JSON.parse(known.text));
    const { SecretString = "" } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    kept.set(name, { text: SecretString, until: now + keptMilliseconds });
    return schema.parse(JSON.parse(SecretString));
  };
}
