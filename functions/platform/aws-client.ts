import { hash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { errorOf, isPassing } from "./aws-error.ts";
import type { Keeping } from "./connections.ts";
import { type Answer, type Endpoint, endpointAt, exchange } from "./exchange.ts";
import { authorizationOf, type Credentials } from "./aws-signature.ts";

/** What makes one AWS service different from the others. */
export interface Service {
  /** As signatures name it, and the first part of its host's name. */
  readonly name: string;
  /** As the variable AWS_ENDPOINT_URL_<…> names it. */
  readonly variable: string;
  readonly host?: string;
  /** @default POST */
  readonly method?: "PUT";
  readonly contentType: string;
  /** In front of the operation in the header that names it; without it the service is told by the path. */
  readonly target?: string;
  readonly pathOf?: (input: object) => string;
  readonly written?: (input: object) => object;
  /** Type and bytes of an input that travels as it is. @default it travels as JSON */
  readonly fileOf?: (input: object) => { readonly type: string; readonly bytes: Uint8Array };
  readonly understood?: (reply: object) => object;
}

/** One operation of a service with its input, in the service's own words. */
export interface Command<Output extends object> {
  readonly service: Service;
  readonly operation: string;
  readonly input: object;
  /** Only for the compiler: what the service answers. */
  readonly answers?: Output;
}

/** Makes calls to AWS. */
export interface AwsClient {
  readonly send: <Output extends object>(command: Command<Output>) => Promise<Output>;
  /** Waits before what AWS left undone is asked for again. @default asked again at once */
  readonly pause?: (tries: number) => Promise<void>;
}

/** The command of an operation. It is made and sent like those of the SDK, so that an import is all that tells them apart. */
export function commandOf<Input extends object, Output extends object>(
  service: Service,
  operation: string,
): new (input: Input) => Command<Output> {
  return class {
    readonly service = service;
    readonly operation = operation;
    readonly input: Input;
    constructor(input: Input) {
      this.input = input;
    }
  };
}

/** Where settings and credentials are read at every call: a role's credentials change while a function lives. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** How calls are made. */
export interface AwsChoice {
  /** How often a call is made before it fails. @default 4 */
  readonly attempts?: number;
  /** How long connections are kept. @default kept */
  readonly keeping?: Keeping;
  /** @default the environment of this process, where Lambda puts them */
  readonly environment?: Environment;
}

const firstPauseMilliseconds = 50;
const longestPauseMilliseconds = 5_000;

/** A client for calls that are made for every message: the SDK spends most of a call's CPU on its own layers. */
export function awsClient(choice: AwsChoice = {}): AwsClient {
  const { attempts = 4, keeping = "kept", environment = process.env } = choice;
  const send = async <Output extends object>(command: Command<Output>): Promise<Output> => {
    for (let tries = 1; ; tries += 1) {
      const outcome = await tried(command, environment, keeping);
      if (outcome.is === "done") return outcome.reply as Output;
      if (outcome.is === "failed" || tries >= attempts) throw outcome.error;
      await pause(tries);
    }
  };
  return { send, pause };
}

/** Full jitter: those who failed together must not come back together. */
function pause(tries: number): Promise<void> {
  const longest = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** (tries - 1));
  return wait(Math.random() * longest);
}

type Outcome =
  | { readonly is: "done"; readonly reply: object }
  | { readonly is: "again" | "failed"; readonly error: Error };

async function tried(command: Command<object>, environment: Environment, keeping: Keeping): Promise<Outcome> {
  const { service, input } = command;
  const { method = "POST" } = service;
  const file = service.fileOf?.(input);
  const body = file?.bytes ?? JSON.stringify(service.written?.(input) ?? input);
  const path = service.pathOf?.(input) ?? "/";
  const endpoint = endpointOf(service, environment);
  const call = { host: endpoint.host, path, body, ...(file && { fileType: file.type }) };
  const headers = signedHeaders(command, call, environment);
  let answer: Answer;
  try {
    answer = await exchange(endpoint, { method, path, headers, body }, { keeping });
  } catch (error) {
    return { is: "again", error: error instanceof Error ? error : new Error(String(error)) };
  }
  if (answer.status < 300) {
    const reply: object = answer.text ? JSON.parse(answer.text) : {};
    return { is: "done", reply: service.understood?.(reply) ?? reply };
  }
  const error = errorOf(answer);
  return { is: isPassing(error) ? "again" : "failed", error };
}

/** What is signed of one call. */
interface Call {
  readonly host: string;
  readonly path: string;
  readonly body: string | Uint8Array;
  readonly fileType?: string;
}

function signedHeaders(
  { service, operation }: Command<object>,
  { host, path, body, fileType }: Call,
  environment: Environment,
): Record<string, string> {
  const credentials = credentialsIn(environment);
  const at = instantNow();
  // In the order of the alphabet, as the signature wants them.
  const headers: Record<string, string> = { "content-type": fileType ?? service.contentType, host };
  // S3 alone wants to be told what the signature covers.
  if (fileType !== undefined) headers["x-amz-content-sha256"] = hash("sha256", body);
  headers["x-amz-date"] = at;
  if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;
  if (service.target) headers["x-amz-target"] = `${service.target}.${operation}`;
  const scope = { region: regionIn(environment), service: service.name, at };
  const { method = "POST" } = service;
  headers["authorization"] = authorizationOf({ method, path, headers, body }, credentials, scope);
  headers["content-length"] = String(Buffer.byteLength(body));
  // Lambda stops functions that feed themselves for ever, if their calls say where they come from.
  const trace = environment["_X_AMZN_TRACE_ID"];
  if (trace) headers["x-amzn-trace-id"] = trace;
  return headers;
}

function credentialsIn(environment: Environment): Credentials {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) throw new Error("The environment has no AWS credentials");
  return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] };
}

function regionIn(environment: Environment): string {
  return environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"] ?? "us-east-1";
}

let lastInstant = { second: 0, text: "" };

function instantNow(): string {
  const second = Math.floor(Date.now() / 1000);
  if (lastInstant.second !== second) {
    const text = `${new Date(second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
    lastInstant = { second, text };
  }
  return lastInstant.text;
}

/** The SDK's own variables may point a service, or all, somewhere else. */
function endpointOf({ name, variable, host }: Service, environment: Environment): Endpoint {
  const stated = environment[`AWS_ENDPOINT_URL_${variable}`] ?? environment["AWS_ENDPOINT_URL"];
  return endpointAt(stated ?? `https://${host ?? name}.${regionIn(environment)}.amazonaws.com`);
}
