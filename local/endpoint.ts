import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Bus, Entry } from "./bus.ts";
import type { Files } from "./files.ts";
import type { ScheduleRequest, Scheduler } from "./scheduler.ts";
import type { Meter } from "./meter.ts";
import { type Answered, type Run, serve } from "./service.ts";
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

/** The services that have no door of their own. */
export interface Endpoint {
  readonly server: Server;
  readonly url: string;
  readonly run: Run;
}

/** Serves Step Functions, EventBridge, Scheduler, Secrets Manager and S3 in the AWS JSON and REST protocols. */
export async function startEndpoint(services: Services): Promise<Endpoint> {
  const calls = callsOf(services);
  const run: Run = (operation, input, by) =>
    answered(() => {
      const call = calls[operation];
      if (!call) throw unknown(operation);
      return call(input as Input, by);
    });
  const server = createServer((request, response) => {
    if (services.files.front(request, response)) return;
    const schedule = /^\/schedules\/([^/?]+)/.exec(request.url ?? "")?.[1];
    const own: Run = schedule
      ? (_, input) => answered(() => scheduled(request, schedule, input, services.scheduler))
      : run;
    void serve(request, response, own);
  });
  return { server, url: await listen(server), run };
}

async function answered(work: () => unknown): Promise<Answered> {
  try {
    return { status: 200, answer: work() as object };
  } catch (error) {
    const isKnown = error instanceof ServiceError;
    const name = isKnown ? error.name : "InternalFailure";
    const message = error instanceof Error ? error.message : String(error);
    return {
      status: isKnown ? 400 : 500,
      answer: { __type: name, message },
      headers: { "x-amzn-errortype": name },
    };
  }
}

function unknown(operation: string): ServiceError {
  return new ServiceError("UnknownOperationException", `The local cloud does not know ${operation}`);
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
    StartExecution: ({ stateMachineArn, name, input }) =>
      steps.start(stateMachineArn ?? "", name ?? "", JSON.parse(input ?? "{}")),
    PutEvents: (input, by) => {
      const entries = input.Entries as readonly Entry[] | undefined;
      bus.put(entries ?? [], by);
      return { FailedEntryCount: 0, Entries: entries?.map((_, index) => ({ EventId: String(index) })) };
    },
    GetSecretValue: ({ SecretId }, by) => {
      meter.count(by, "secrets.calls");
      const SecretString = secrets.find(SecretId ?? "");
      if (SecretString === undefined) throw noSecret();
      return { ARN: SecretId, Name: SecretId, SecretString };
    },
    PutSecretValue: ({ SecretId = "", SecretString = "" }) => {
      if (secrets.find(SecretId) === undefined) throw noSecret();
      secrets.put(SecretId, SecretString);
      return { ARN: SecretId, Name: SecretId, VersionStages: ["AWSCURRENT"] };
    },
  };
}

function noSecret(): ServiceError {
  return new ServiceError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

function scheduled(request: IncomingMessage, name: string, input: unknown, scheduler: Scheduler): unknown {
  if (request.method === "POST") return scheduler.create(decodeURIComponent(name), input as ScheduleRequest);
  const group = new URL(request.url ?? "", "http://local").searchParams.get("groupName") ?? "default";
  if (request.method !== "DELETE") throw unknown(`${request.method} of a schedule`);
  scheduler.remove(group, decodeURIComponent(name));
  return {};
}
