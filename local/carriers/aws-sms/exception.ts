import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";

/** An error of the API, under its own name and with the reason it gives. */
export class Exception extends Error {
  override readonly name: string;
  readonly reason: string | undefined;
  readonly resourceType: string | undefined;
  constructor(name: string, reason?: string, resourceType?: string) {
    super(reason ?? name);
    this.name = name;
    this.reason = reason;
    this.resourceType = resourceType;
  }
}

/** Answers as JSON 1.0 services do. */
export function sendAwsJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": randomUUID(),
  });
  response.end(JSON.stringify(body));
}

/** Answers with an error as the AWS SDK reads it. */
export function sendException(response: ServerResponse, { name, reason, resourceType }: Exception): void {
  sendAwsJson(response, name === "InternalServerException" ? 500 : 400, {
    __type: `com.amazonaws.pinpointsmsvoicev2#${name}`,
    Message: reason ?? name,
    ...(reason && { Reason: reason }),
    ...(resourceType && { ResourceType: resourceType }),
  });
}
