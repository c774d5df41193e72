/** A call of a webhook of the business, about a text. */
export interface WebhookCall {
  readonly sid: string;
  /** As the business configured it, with its connection overrides. */
  readonly url: string;
  /** The same on every try. */
  readonly idempotencyToken: string;
  readonly tries: number;
}

/** Something a provider, a carrier or a phone will do later. */
export type Job =
  /** The provider hands a text to the carrier, the carrier to the phone, or gives up. */
  | { readonly does: "hand-over"; readonly sid: string }
  | { readonly does: "arrive"; readonly sid: string }
  | { readonly does: "expire"; readonly sid: string }
  /** The carrier's receipt reaches the provider. */
  | {
      readonly does: "settle";
      readonly sid: string;
      readonly status: "delivered" | "undelivered";
      readonly errorCode?: number;
    }
  /** The provider tells the business. */
  | ({ readonly does: "callback"; readonly form: Readonly<Record<string, string>> } & WebhookCall)
  | {
      readonly does: "event";
      readonly sid: string;
      readonly event: Readonly<Record<string, unknown>>;
      readonly topicArn?: string;
    }
  /** An e-mail reaches its mailbox, and the person calls it spam. */
  | { readonly does: "mail-arrives" | "mail-complaint"; readonly mail: string }
  /** A person's text reaches the provider, which may act on a keyword before it tells the business. */
  | { readonly does: "keyword"; readonly sid: string }
  | ({ readonly does: "inbound"; readonly optOutType?: "STOP" | "START" | "HELP" } & WebhookCall)
  /** A notification reaches the phone. */
  | { readonly does: "show"; readonly notice: string }
  /** The app tells the business what it saw. */
  | {
      readonly does: "receipt";
      readonly notice: string;
      readonly event: "received" | "opened";
      readonly action?: string;
      readonly seenAt: number;
      readonly tries: number;
    };

/** A job of one kind. */
export type JobOf<D extends Job["does"]> = Extract<Job, { readonly does: D }>;
