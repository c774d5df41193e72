import { createECDH, randomBytes, randomUUID } from "node:crypto";
import type { Carrier } from "../carrier.ts";
import { useHandset } from "../records.ts";

/** A browser that has subscribed to a site, with what it keeps to itself. */
export interface Subscription {
  readonly id: string;
  readonly handset: string;
  /** The site's public key: nobody else may send to it. */
  readonly applicationServerKey: string;
  readonly publicKey: string;
  readonly privateKey: string;
  readonly auth: string;
}

/** What a browser tells the site (PushSubscription.toJSON). */
export interface SubscriptionJson {
  readonly endpoint: string;
  readonly expirationTime: null;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** First part of the paths of endpoints. */
export const endpointPath = "/web-push/";

/** The person allows a site's notifications, and their browser subscribes. */
export function subscribe(carrier: Carrier, handset: string, applicationServerKey: string): SubscriptionJson {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  const subscription: Subscription = {
    id: randomUUID(),
    handset,
    applicationServerKey,
    publicKey: pair.getPublicKey("base64url"),
    privateKey: pair.getPrivateKey("base64url"),
    auth: randomBytes(16).toString("base64url"),
  };
  carrier.records.atomically(() => {
    useHandset(carrier.records, handset, carrier.clock.now());
    carrier.records.subscriptions.put(subscription);
  });
  carrier.changed(handset);
  return {
    endpoint: `${carrier.pushUrl()}${endpointPath}${subscription.id}`,
    expirationTime: null,
    keys: { p256dh: subscription.publicKey, auth: subscription.auth },
  };
}
