import {
  type MessageResult,
  PhoneNumberValidateCommand,
  PinpointClient,
  PinpointServiceException,
  SendMessagesCommand,
} from "@aws-sdk/client-pinpoint";
import { messageForAndroid, messageForApple } from "./pinpoint-content.ts";
import type { LookedUp, Outgoing, Provider, SendResult } from "./provider.ts";
import { isTimeout, isUnsent } from "./unsent.ts";

/** Pinpoint's delivery statuses in our words (docs.aws.amazon.com/pinpoint, SendMessages, MessageResult). */
const meanings: Readonly<Record<string, (result: MessageResult) => SendResult>> = {
  SUCCESSFUL: ({ MessageId }) => ({ is: "accepted", providerMessageId: MessageId ?? "unnamed" }),
  DUPLICATE: ({ MessageId }) => ({ is: "accepted", providerMessageId: MessageId ?? "unnamed" }),
  THROTTLED: () => ({ is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 }),
  TEMPORARY_FAILURE: (result) => refused("push-service-unavailable", result),
  PERMANENT_FAILURE: (result) =>
    isTokenGone(result)
      ? { ...refused("token-gone", result), mark: "unreachable" }
      : refused("push-service-refused", result),
  OPT_OUT: (result) => ({ ...refused("opted-out", result), mark: "opted-out" }),
  TIMEOUT: () => ({ is: "unknown", reason: "timeout" }),
  UNKNOWN_FAILURE: () => ({ is: "unknown", reason: "unknown-failure" }),
};

const platforms = { fcm: "GCM", apns: "APNS" } as const;

const callTimeoutMilliseconds = 10_000;

// One try on a fresh connection: a second try, or a request lost on a dead connection, could show a notification twice or never.
const freshConnections = { httpAgent: { keepAlive: false }, httpsAgent: { keepAlive: false } };

/** Sends notifications through Pinpoint's push API. Its answer only says that the push service took them. */
export function pinpointProvider(
  client = new PinpointClient({ maxAttempts: 1, requestHandler: freshConnections }),
): Provider {
  return {
    send: async (outgoing) => {
      if (outgoing.to.kind !== "device" || outgoing.to.platform === "web")
        return { is: "refused", reason: "not-a-device" };
      try {
        const token = outgoing.to.value;
        const abortSignal = AbortSignal.timeout(callTimeoutMilliseconds);
        const reply = await client.send(commandFor(outgoing, platforms[outgoing.to.platform]), {
          abortSignal,
        });
        const result = reply.MessageResponse?.Result?.[token];
        return result
          ? (meanings[result.DeliveryStatus ?? ""]?.(result) ?? unknown("no-status"))
          : unknown("no-result");
      } catch (error) {
        return resultOfError(error);
      }
    },
    lookUp: async (number) => {
      const command = new PhoneNumberValidateCommand({ NumberValidateRequest: { PhoneNumber: number } });
      const { NumberValidateResponse: said } = await client.send(command, {
        abortSignal: AbortSignal.timeout(callTimeoutMilliseconds),
      });
      if (said?.PhoneType === "INVALID") return { is: "invalid" };
      return { is: "known", lineType: lineTypes[said?.PhoneType ?? ""] ?? "unknown" };
    },
  };
}

/** Kinds of numbers in our words (docs.aws.amazon.com/pinpoint, PhoneNumberValidate); OTHER says nothing of the line. */
const lineTypes: Readonly<Record<string, Extract<LookedUp, { is: "known" }>["lineType"]>> = {
  MOBILE: "mobile",
  PREPAID: "mobile",
  LANDLINE: "landline",
  VOIP: "voip",
};

function commandFor(outgoing: Outgoing, ChannelType: "GCM" | "APNS"): SendMessagesCommand {
  return new SendMessagesCommand({
    ApplicationId: outgoing.from,
    MessageRequest: {
      Addresses: { [outgoing.to.value]: { ChannelType } },
      MessageConfiguration:
        ChannelType === "GCM"
          ? { GCMMessage: messageForAndroid(outgoing) }
          : { APNSMessage: messageForApple(outgoing) },
    },
  });
}

function refused(reason: string, { StatusCode, StatusMessage = "" }: MessageResult) {
  const code = errorWord.exec(StatusMessage)?.[0] ?? String(StatusCode ?? "");
  return { is: "refused" as const, reason, ...(code && { code }) };
}

/** Error names of FCM and APNs. Anything else in the status may be part of the person's token and stays out. */
const errorWord =
  /Unregistered|UNREGISTERED|NotRegistered|BadDeviceToken|DeviceTokenNotForTopic|ExpiredProviderToken|InvalidProviderToken|InvalidRegistration|INVALID_ARGUMENT|SENDER_ID_MISMATCH|THIRD_PARTY_AUTH_ERROR|QUOTA_EXCEEDED|UNAVAILABLE|INTERNAL|PayloadTooLarge|BadCollapseId|TopicDisallowed/;

/** FCM says UNREGISTERED or NotRegistered, APNs 410 or BadDeviceToken: the app is gone from that phone. */
function isTokenGone({ StatusCode, StatusMessage = "" }: MessageResult): boolean {
  return (
    StatusCode === 410 ||
    /unregistered|not ?registered|baddevicetoken|invalid(token| ?registration)/i.test(StatusMessage)
  );
}

function resultOfError(error: unknown): SendResult {
  const status = error instanceof PinpointServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0;
  if (status === 429) return { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 };
  if (error instanceof PinpointServiceException && status >= 400 && status < 500)
    return { is: "refused", reason: "configuration", code: error.name };
  if (isUnsent(error)) return { is: "busy", reason: "cannot-connect", retryAfterSeconds: 5, isOutage: true };
  return unknown(isTimeout(error) ? "timeout" : "reply-lost");
}

function unknown(reason: string): SendResult {
  return { is: "unknown", reason };
}
