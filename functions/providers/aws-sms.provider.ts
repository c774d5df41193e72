import type {
  SendMediaMessageCommandInput,
  SendTextMessageCommandInput,
  SendTextMessageCommandOutput,
} from "@aws-sdk/client-pinpoint-sms-voice-v2";
import { type AwsClient, awsClient, commandOf, type Service } from "../platform/aws-client.ts";
import { sentByAws } from "./aws-send.ts";
import { meaningOfError } from "./aws-sms-codes.ts";
import { attemptKey } from "./aws-sms-events.ts";
import type { Outgoing, Provider } from "./provider.ts";

const smsVoice: Service = {
  name: "sms-voice",
  variable: "PINPOINT_SMS_VOICE_V2",
  contentType: "application/x-amz-json-1.0",
  target: "PinpointSMSVoiceV2",
};

type Named = Pick<SendTextMessageCommandOutput, "MessageId">;
const SendTextMessageCommand = commandOf<SendTextMessageCommandInput, Named>(smsVoice, "SendTextMessage");
const SendMediaMessageCommand = commandOf<SendMediaMessageCommandInput, Named>(smsVoice, "SendMediaMessage");

/** The shortest and the longest time to live that AWS takes. */
const liveSeconds = { least: 5, most: 259_200 };

/**
 * Sends SMS and MMS through AWS End User Messaging. One call a send: neither operation has a token that would make a second
 * one harmless, and AWS keeps no list of what was sent. What became of a text whose reply was lost is told by its events alone.
 */
export function awsSmsProvider(
  configurationSet: string,
  // One try on a fresh connection: a second try, or a request lost on a dead connection, could send a text twice or never.
  client: AwsClient = awsClient({ attempts: 1, keeping: "while-busy" }),
): Provider {
  return {
    send: async (outgoing) => {
      if (outgoing.to.kind !== "phone") return { is: "refused", reason: "not-a-phone" };
      return sentByAws(
        () => client.send(commandFor(outgoing, configurationSet)),
        ({ name, reason }) => meaningOfError(name, reason),
      );
    },
  };
}

function commandFor(outgoing: Outgoing, configurationSet: string) {
  const { attemptId, channel, to, from, content, validitySeconds } = outgoing;
  const text = {
    DestinationPhoneNumber: to.value,
    OriginationIdentity: from,
    MessageBody: content.text,
    ConfigurationSetName: configurationSet,
    TimeToLive: Math.min(liveSeconds.most, Math.max(liveSeconds.least, Math.floor(validitySeconds))),
    Context: { [attemptKey]: attemptId },
  };
  return channel === "mms"
    ? new SendMediaMessageCommand({ ...text, MediaUrls: content.mediaUrls })
    : new SendTextMessageCommand(text);
}
