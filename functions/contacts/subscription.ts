import { ECDH } from "node:crypto";
import { mayBeCalled } from "../platform/safe-url.ts";
import { type FieldError, Problem } from "../platform/problem.ts";
import type { Address } from "./contact.ts";

/** Refuses what no browser's push service can be; where an endpoint's name leads is looked at with each message. */
export function assertSubscription(address: Address, field: string, isLocal: boolean): void {
  const mistake = mistakeIn(address, isLocal);
  if (!mistake) return;
  const place = field.split(".").slice(0, -1);
  throw new Problem("address.invalid", [{ ...mistake, field: [...place, mistake.field].join(".") }]);
}

function mistakeIn(address: Address, isLocal: boolean): FieldError | undefined {
  if (address.kind !== "device") return undefined;
  const { platform, keys, value } = address;
  if (platform !== "web") return keys && { field: "keys", message: "belong to a browser's subscription" };
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !mayBeCalled(url, isLocal))
    return {
      field: "value",
      message: "has to be https, at port 443, with a public name and without credentials",
    };
  if (!keys) return { field: "keys", message: "are missing: a browser's subscription has them" };
  return isPoint(keys.p256dh) ? undefined : { field: "keys.p256dh", message: "is no point on P-256" };
}

function isPoint(key: string): boolean {
  try {
    return ECDH.convertKey(key, "prime256v1", "base64url", "base64url", "compressed") !== "";
  } catch {
    return false;
  }
}
