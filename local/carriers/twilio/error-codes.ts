/** What the API says when it refuses: HTTP status and words by code (https://www.twilio.com/docs/api/errors). */
export const refusals = {
  20003: { status: 401, message: "Authenticate" },
  20009: { status: 409, message: "Cannot delete this resource before it is complete" },
  20404: { status: 404, message: "The requested resource was not found" },
  20429: { status: 429, message: "Too Many Requests" },
  20500: { status: 500, message: "An internal server error has occurred" },
  20503: { status: 503, message: "Service Unavailable" },
  21211: { status: 400, message: "Invalid 'To' Phone Number" },
  21265: { status: 400, message: "'To' number cannot be a Short Code" },
  21266: { status: 400, message: "'To' and 'From' number cannot be the same" },
  21408: {
    status: 400,
    message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  },
  21603: { status: 400, message: "A 'From' phone number or 'MessagingServiceSid' is required" },
  21604: { status: 400, message: "A 'To' phone number is required" },
  21606: {
    status: 400,
    message: "The 'From' number is not a message-capable phone number for this destination",
  },
  21609: { status: 400, message: "The 'StatusCallback' is not a valid URL" },
  21610: { status: 400, message: "Attempt to send to unsubscribed recipient" },
  21611: { status: 429, message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: {
    status: 400,
    message: "Message cannot be sent with the current combination of 'To' and 'From' parameters",
  },
  21614: { status: 400, message: "'To' number is not a valid mobile number" },
  21617: { status: 400, message: "The concatenated message body exceeds the 1600 character limit" },
  21619: { status: 400, message: "A text message body or media urls must be specified" },
  21620: { status: 400, message: "Invalid media URL(s)" },
  21623: { status: 400, message: "Number of media files exceeds allowed limit" },
  21624: { status: 400, message: "Invalid 'ValidityPeriod': it must be between 1 and 36000" },
  21635: { status: 400, message: "'To' number cannot be a Landline" },
  21655: { status: 400, message: "The 'ContentSid' is invalid" },
  21659: { status: 400, message: "'From' is not a Twilio phone number or Short Code country mismatch" },
  21660: { status: 400, message: "Mismatch between the 'From' number and the account" },
  21701: { status: 404, message: "The Messaging Service does not exist" },
  21703: {
    status: 400,
    message: "The Messaging Service does not have a phone number available to send a message",
  },
  30409: { status: 400, message: "This message cannot be canceled" },
  35111: {
    status: 400,
    message: "The 'SendAt' time and a 'MessagingServiceSid' are required for message scheduling",
  },
  35114: { status: 400, message: "'SendAt' must be between 15 minutes and 35 days from now" },
} as const satisfies Record<number, { status: number; message: string }>;

/** A code that this simulated API refuses with. */
export type RefusalCode = keyof typeof refusals;

/** A code that ends a message after it was accepted, and so comes with a status. */
export function isLateFailure(code: number): boolean {
  return code >= 30_000 && code < 100_000 && !(code in refusals);
}

/** Whether the provider itself gives up (`failed`), before a carrier was asked (else `undelivered`). */
export function failsBeforeSent(code: number): boolean {
  return providerFailures.has(code);
}

/** What the message resource says of a failure; null for a code without a name here. */
export function failureMessage(code: number): string | null {
  return failures[code] ?? null;
}

const providerFailures: ReadonlySet<number> = new Set([
  20504, 30001, 30002, 30010, 30023, 30027, 30032, 30034, 30036, 30037, 30410, 30450, 30453, 30485, 30500,
]);

const failures: Readonly<Record<number, string>> = {
  30001: "Queue overflow",
  30002: "Account suspended",
  30003: "Unreachable destination handset",
  30004: "Message blocked",
  30005: "Unknown destination handset",
  30006: "Landline or unreachable carrier",
  30007: "Message filtered",
  30008: "Unknown error",
  30017: "Carrier network congestion",
  30034: "Message from an unregistered number",
  30036: "Validity period expired",
  30410: "Provider timeout",
  30450: "Message delivery blocked",
};
