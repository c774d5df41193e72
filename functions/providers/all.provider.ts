import * as z from "zod/mini";
import type { Connection } from "../business/connection.ts";
import { awsClient } from "../platform/aws-client.ts";
import { systemClock } from "../platform/clock.ts";
import { mayCallThisMachine, setting } from "../platform/env.ts";
import type { ReadSecret } from "../platform/secrets.store.ts";
import type { Provider } from "./provider.ts";

/** Finds the provider behind a connection; only what a function really uses is loaded. */
export type ProviderOf = (connectionId: string, now: number) => Promise<Provider>;

/** ARNs of the secrets by connection, as the function's settings say. */
export const ConnectionSecrets = z.record(z.string(), z.string());

/** The roster: the only file that knows every provider. */
export function providers(
  connections: readonly Connection[],
  secretNames: string,
  readSecret: ReadSecret,
): ProviderOf {
  const names = ConnectionSecrets.parse(JSON.parse(secretNames));
  return async (connectionId, now) => {
    const connection = connections.find(({ id }) => id === connectionId);
    if (!connection) throw new Error(`Connection ${connectionId} is not declared`);
    const load = roster[connection.provider];
    return load((schema, isRefused) => readSecret(names[connectionId] ?? "", schema, now, isRefused), now);
  };
}

type Secret = <S extends z.ZodMiniType>(schema: S, isRefused?: boolean) => Promise<z.infer<S>>;

const roster = {
  twilio: async (secret) => {
    const { TwilioSecret, twilioProvider } = await import("./twilio.provider.ts");
    return twilioProvider(await secret(TwilioSecret), () => secret(TwilioSecret, true));
  },
  pinpoint: async () => {
    const { pinpointProvider } = await import("./pinpoint.provider.ts");
    return (pinpoint ??= pinpointProvider());
  },
  "aws-sms": () => (awsSms ??= awsSmsWithFiles(setting("AWS_SMS_FILES_BUCKET", ""))),
  ses: async () => {
    const { sesProvider } = await import("./ses.provider.ts");
    return (ses ??= sesProvider(setting("SES_CONFIGURATION_SETS")));
  },
  "web-push": async (secret, now) => {
    const { webPushProvider } = await import("./web-push.provider.ts");
    const { WebPushSecret } = await import("./vapid.ts");
    const isLocal = mayCallThisMachine();
    return webPushProvider({ secret: () => secret(WebPushSecret), now, isLocal });
  },
} as const satisfies Record<Connection["provider"], (secret: Secret, now: number) => Promise<Provider>>;

/** AWS End User Messaging, with what brings files into a bucket of ours. */
async function awsSmsWithFiles(bucket: string): Promise<Provider> {
  const { awsSmsProvider } = await import("./aws-sms.provider.ts");
  const { bringingFiles, fileGetter, getAddress } = await import("./aws-sms-files.ts");
  const { fileStore } = await import("../platform/files.store.ts");
  const getFile = mayCallThisMachine() ? getAddress : fileGetter();
  const bring = bringingFiles({ getFile, keepFile: fileStore(awsClient(), bucket), clock: systemClock });
  return { ...awsSmsProvider(setting("AWS_SMS_CONFIGURATION_SET")), bring };
}

/** One client each for the life of the function: they need no secret, its role is their credential. */
let pinpoint: Provider | undefined;
let awsSms: Promise<Provider> | undefined;
let ses: Provider | undefined;
