import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Bus, Entry } from "./bus.ts";
import type { Files } from "./files.ts";
import type { ScheduleRequest, Scheduler } from "./scheduler.ts";
import { callerIn, type Meter } from "./meter.ts";
import { ServiceError } from "./service-error.ts";
import type { Steps } from "./steps.ts";
import type { Shelf } from "./store.ts";
import { listen } from "./listen.ts";

/** What answers behind the endpoint. */
export interface Services {
  readonly steps: Steps;
  readonly bus: Bus;
  readonly scheduler: Scheduler;
  readonly secrets: Secrets;
  readonly files: Files;
  readonly meter: Meter;
}

/** Values of secrets by ARN or name. */
export interface Secrets {
  readonly find: (id: string) => string | undefined;
  /** A new value, for as long as the cloud runs. */
  readonly put: (id: string, value: string) => void;
}

/** Fields of a request; each call knows which of them its service requires. */
type Input = Readonly<Record<string, string>> & { readonly Entries?: never };
type Call = (input: Input, by: string) => unknown;

/** Serves Step Functions, EventBridge, Scheduler, Secrets Manager and S3 in the AWS JSON and REST protocols. */
export async function startEndpoint(services: Services): Promise<{ server: Server; url: string }> {
  const calls = callsOf(services);
  const server = createServer((request, response) => {
    if (services.files.front(request, response)) return;
    answer(request, calls, services.scheduler).then(
      (body) => send(response, 200, body),
      (error: unknown) => sendError(response, error),
    );
  });
  return { server, url: await listen(server) };
}

/** Secrets given at the start, and generated ones that are made once and kept. */
export function secretsFrom(
  given: Readonly<Record<string, string>>,
  generated: readonly GeneratedSecret[],
  shelf: Shelf,
): Secrets {
  for (const { name, key, template, length } of generated) {
    if (name in given || shelf.get("secret", name) !== undefined) continue;
    const value = randomBytes(length).toString("hex").slice(0, length);
    shelf.put(
      "secret",
      name,
      key ? JSON.stringify({ ...(JSON.parse(template) as object), [key]: value }) : value,
    );
  }
  const changed = new Map<string, string>();
  return {
    find: (id) => {
      const name = secretNameOf(id);
      const kept = shelf.get("secret", name);
      return changed.get(name) ?? given[name] ?? (typeof kept === "string" ? kept : undefined);
    },
    put: (id, value) => void changed.set(secretNameOf(id), value),
  };
}

function secretNameOf(id: string): string {
  return id.includes(":secret:") ? (id.split(":secret:")[1] ?? "") : id;
}

/** A secret that the template asks to be generated. */
export interface GeneratedSecret {
  readonly name: string;
  readonly key?: string | undefined;
  readonly template: string;
  readonly length: number;
}

function callsOf({ steps, bus, secrets, meter }: Services): Readonly<Record<string, Call>> {
  return {
    "AWSStepFunctions.StartExecution": ({ stateMachineArn, name, input }) =>
      steps.start(stateMachineArn ?? "", name ?? "", JSON.parse(input ?? "{}")),
    "AWSEvents.PutEvents": (input, by) => {
      const entries = input.Entries as readonly Entry[] | undefined;
      bus.put(entries ?? [], by);
      return { FailedEntryCount: 0, Entries: entries?.map((_, index) => ({ EventId: String(index) })) };
    },
    "secretsmanager.GetSecretValue": ({ SecretId }, by) => {
      meter.count(by, "secrets.calls");
      const SecretString = secrets.find(SecretId ?? "");
      if (SecretString === undefined) throw noSecret();
      return { ARN: SecretId, Name: SecretId, SecretString };
    },
    "secretsmanager.PutSecretValue": ({ SecretId = "", SecretString = "" }) => {
      if (secrets.find(SecretId) === undefined) throw noSecret();
      secrets.put(SecretId, SecretString);
      return { ARN: SecretId, Name: SecretId, VersionStages: ["AWSCURRENT"] };
    },
  };
}

function noSecret(): ServiceError {
  return new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

async function answer(
  request: IncomingMessage,
  calls: Readonly<Record<string, Call>>,
  scheduler: Scheduler,
): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const input = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Input;
  const schedule = /^\/schedules\/([^/?]+)/.exec(request.url ?? "")?.[1];
  if (schedule) return scheduled(request, schedule, input, scheduler);
  const target = String(request.headers["x-amz-target"]);
  const call = calls[target];
  if (!call) throw new ServiceError("UnknownOperationException", `The local cloud does not know ${target}`);
  return call(input, callerIn(request.headers.authorization));
}

function scheduled(request: IncomingMessage, name: string, input: unknown, scheduler: Scheduler): unknown {
  if (request.method === "POST") return scheduler.create(decodeURIComponent(name), input as ScheduleRequest);
  const group = new URL(request.url ?? "", "http://local").searchParams.get("groupName") ?? "default";
  if (request.method !== "DELETE")
    throw new ServiceError(
      "UnknownOperationException",
      `The local scheduler does not know ${request.method}`,
    );
  scheduler.remove(group, decodeURIComponent(name));
  return {};
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, error: unknown): void {
  const isKnown = error instanceof ServiceError;
  const name = isKnown ? error.name : "InternalFailure";
  response.writeHead(isKnown ? 400 : 500, {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-errortype": name,
  });
  response.end(
    JSON.stringify({ __type: name, message: error instanceof Error ? error.message : String(error) }),
  );
}
