import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { heliograph, type Heliograph } from "../client/client.ts";
import { hashOfKey, newApiKey } from "../functions/platform/api-key.ts";
import { apiKeyStore } from "../functions/platform/api-key.store.ts";
import { tables } from "../functions/platform/aws.store.ts";
import { business } from "../heliograph.config.ts";
import { type Carriers, startCarriers } from "../local/carriers/carriers.ts";
import type { AskStory } from "../local/carriers/story.ts";
import { type Cloud, startCloud } from "../local/cloud.ts";
import { freePort } from "../local/free-port.ts";
import { keepEnvironment } from "./local-environment.ts";
import { newVapidKeys, type VapidKeys } from "./vapid.ts";

/** How Heliograph runs on this machine. */
export interface LaptopOptions {
  /** Port of the API and the handsets page; 0 picks a free one. */
  readonly port: number;
  /** Folder that keeps everything between runs; without it nothing is kept. */
  readonly data?: string;
  /** Forgets what earlier runs kept. */
  readonly fresh?: boolean;
  /** How many seconds pass in one. @default 1 */
  readonly speed?: number;
  /** Where time starts at the first run. @default now */
  readonly now?: number;
  /** Folder of the templates. @default where `npm run synth` puts them */
  readonly assembly?: string;
  /** Further environment of every function. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Heliograph running on this machine: the deployed template, simulated carriers, and a key to call it. */
export interface Laptop {
  readonly url: string;
  readonly apiKey: string;
  readonly cloud: Cloud;
  readonly carriers: Carriers;
  /** Changes the token of the simulated account, as an operator does: first the secret, with both, then the account. */
  readonly rotateToken: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the synthesized template with simulated carriers behind it. */
export async function startLaptop(options: LaptopOptions): Promise<Laptop> {
  const { data } = options;
  if (data && options.fresh) rmSync(data, { recursive: true, force: true });
  if (data) mkdirSync(data, { recursive: true });
  const secrets = kept(data);
  const port = options.port || (await freePort());
  const carrierPort = await freePort();
  const carrierUrl = `http://127.0.0.1:${carrierPort}`;
  let carriers: Carriers | undefined;
  const cloud = await startCloud({
    assembly: options.assembly ?? "cdk.out",
    port,
    ...(data && { data: join(data, "cloud") }),
    ...(options.speed && { speed: options.speed }),
    ...(options.now && { now: options.now }),
    secrets: { ...secretsFor(secrets, carrierUrl), ...webPushSecrets(secrets.vapid) },
    environment: {
      AWS_ENDPOINT_URL_PINPOINT: carrierUrl,
      WEBHOOKS_TO_LOOPBACK: "yes",
      AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: carrierUrl,
      AWS_ENDPOINT_URL_SESV2: carrierUrl,
      ...options.environment,
    },
    front: (request, response) => carriers?.front(request, response) ?? false,
  });
  const { accountSid, authToken } = secrets;
  const callbacks = (cloud.outputs["CallbacksUrl"] ?? "").replace(/\/$/, "");
  const account = { accountSid, authToken, numbers: numbersAt(callbacks, "twilio") };
  const ofAws = {
    ...awsAccount(),
    numbers: numbersAt(callbacks, "aws-sms"),
    mail: mailAccount(cloud.mailDestinations),
  };
  carriers = await startCarriers({
    clock: cloud.clock,
    port: carrierPort,
    ...(data && { data: join(data, "carriers") }),
    accounts: [account, ofAws],
    askStory: storyFrom(heliograph({ url: cloud.url, key: secrets.apiKey })),
    pushUrl: cloud.url,
    applicationServerKey: secrets.vapid.publicKey,
    filesUrl: cloud.environment["AWS_ENDPOINT_URL"] ?? "",
    publish: (event, topicArn = cloud.outputs["AwsSmsTopic"] ?? "") => cloud.publish(topicArn, event),
  });
  await keepKey(cloud, secrets.apiKey);
  const ways = { HELIOGRAPH_URL: cloud.url, HELIOGRAPH_KEY: secrets.apiKey };
  const table = { CATALOG_TABLE: cloud.outputs["CatalogTable"] ?? "" };
  if (data) keepEnvironment(data, { ...cloud.environment, ...ways, ...table });
  const running = carriers;
  const stop = async () => {
    await running.stop();
    await cloud.stop();
  };
  const rotateToken = async () => {
    const next = { accountSid, authToken: randomBytes(16).toString("hex") };
    const both = secretsFor(next, carrierUrl, account.authToken);
    const client = new SecretsManagerClient({
      endpoint: cloud.environment["AWS_ENDPOINT_URL"] ?? "",
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    for (const [SecretId, SecretString] of Object.entries(both))
      await client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    client.destroy();
    account.authToken = next.authToken;
  };
  return { url: cloud.url, apiKey: secrets.apiKey, cloud, carriers, rotateToken, stop };
}

/** Callback addresses and receipt tokens carry the attempt's id. */
function storyFrom(api: Heliograph): AskStory {
  return async (reference) => {
    const [attemptId, messageId] = /(msg_[0-9A-Z]{26})\.\d+/.exec(decodeURIComponent(reference)) ?? [];
    return attemptId && messageId ? { attemptId, message: await api.getMessage(messageId) } : undefined;
  };
}

interface LocalSecrets {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKey: string;
  /** What signs for the business's site. */
  readonly vapid: VapidKeys;
}

/** Made at the first run and kept with the data, so that a key in somebody's shell history goes on working. */
function kept(data: string | undefined): LocalSecrets {
  const file = data && join(data, "secrets.json");
  const known =
    file && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<LocalSecrets>) : {};
  const secrets = {
    accountSid: `AC${randomBytes(16).toString("hex")}`,
    authToken: randomBytes(16).toString("hex"),
    apiKey: newApiKey(randomBytes(32)),
    vapid: newVapidKeys(),
    ...known,
  };
  if (file) writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}

/** Each connection's credentials point at the simulated carrier: the only difference to the real one. */
function secretsFor(
  { accountSid, authToken }: Pick<LocalSecrets, "accountSid" | "authToken">,
  baseUrl: string,
  previousAuthToken?: string,
): Record<string, string> {
  const twilio = JSON.stringify({ accountSid, authToken, previousAuthToken, baseUrl, lookupUrl: baseUrl });
  const named = business.connections.filter(({ provider }) => provider === "twilio");
  return Object.fromEntries(named.map(({ id }) => [`heliograph/prod/${id}`, twilio]));
}

function webPushSecrets(vapid: VapidKeys): Record<string, string> {
  const secret = JSON.stringify({ ...vapid, subject: "mailto:help@northwind.example" });
  const named = business.connections.filter(({ provider }) => provider === "web-push");
  return Object.fromEntries(named.map(({ id }) => [`heliograph/prod/${id}`, secret]));
}

/** AWS asks for no token of ours: a signature is all it looks at. */
function awsAccount() {
  return { accountSid: "000000000000", authToken: randomBytes(16).toString("hex") };
}

/** Amazon SES's usual rate, for the addresses that the business declares. */
function mailAccount(configurationSets: Cloud["mailDestinations"]) {
  const identities = business.senders.filter(({ kind }) => kind === "email").map(({ identity }) => identity);
  return { identities, perSecond: 14, configurationSets };
}

function numbersAt(url: string, provider: "twilio" | "aws-sms") {
  const connections = new Set(
    business.connections.filter((one) => one.provider === provider).map(({ id }) => id),
  );
  const texting = business.senders.filter(
    ({ channels, connection }) =>
      channels.some((channel) => channel === "sms" || channel === "mms") && connections.has(connection),
  );
  return texting.map(({ identity, mps, keywordsAnsweredBy, connection, id }) => ({
    number: identity,
    mps,
    label: id,
    optOut: keywordsAnsweredBy === "provider" ? ("provider" as const) : ("none" as const),
    ...(provider === "aws-sms" ? { provider } : { inboundUrl: `${url}/callbacks/${connection}/inbound` }),
  }));
}

async function keepKey(cloud: Cloud, apiKey: string): Promise<void> {
  const store = apiKeyStore(tables(cloud.environment), cloud.outputs["CatalogTable"] ?? "");
  await store.keep(hashOfKey(apiKey), {
    keyId: "key_local",
    name: "this machine",
    scopes: ["*"],
    requestsPerMinute: 1_000_000,
    createdAt: cloud.clock.now(),
  });
}
