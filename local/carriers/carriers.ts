import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Account } from "./accounts.ts";
import { type Clock, openAgenda } from "./agenda.ts";
import { awsSms, isAwsSms } from "./aws-sms/aws-sms.ts";
import type { Carrier, Publish } from "./carrier.ts";
import { type HandsetControl, handsetControl } from "./control.ts";
import { handsetsFront } from "./handsets-front.ts";
import { answering, pathOf } from "./http.ts";
import { liveEvents } from "./live.ts";
import { outages as openOutages, type Outages, type ProviderName } from "./outage.ts";
import { performer } from "./perform.ts";
import { isPinpointPath, pinpoint } from "./pinpoint/pinpoint.ts";
import { slidingRates } from "./rate.ts";
import { openRecords } from "./records.ts";
import { isSesPath, ses } from "./ses/ses.ts";
import type { AskStory } from "./story.ts";
import { isTwilioPath, twilio } from "./twilio/rest.ts";
import { isWebPushPath, webPush } from "./web-push/web-push.ts";
import { listen } from "../listen.ts";

/** What the simulated carriers need. */
export interface CarrierOptions {
  readonly clock: Clock;
  /** Folder that keeps messages, handsets and what is under way. @default - in memory */
  readonly data?: string;
  readonly accounts: readonly Account[];
  /** Tells the page why a message was sent as it was. @default - nobody does */
  readonly askStory?: AskStory;
  /** Decides the delays. @default Math.random */
  readonly random?: () => number;
  /** Publishes what AWS tells the business. @default - nobody listens */
  readonly publish?: Publish;
  /** @default 0, a free one */
  readonly port?: number;
  /** Where browsers' push service is reached, when `front` stands before it. @default where the carriers listen */
  readonly pushUrl?: string;
  /** Where the buckets of the business are, without a trailing slash. @default - it has none */
  readonly filesUrl?: string;
  /** The public key of the business's site, which browsers subscribe to. @default - none has one */
  readonly applicationServerKey?: string;
}

/** Providers, networks and phones that nobody has to pay for. */
export interface Carriers {
  /** Base URL of the APIs of Twilio, Pinpoint, AWS End User Messaging SMS and Amazon SES. */
  readonly url: string;
  /** Serves the handsets' page and the browsers' push service; false for any other path. */
  readonly front: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly handsets: HandsetControl;
  readonly outages: Outages;
  readonly stop: () => Promise<void>;
}

/** Starts servers that speak the providers' own protocols, with a phone at every number. */
export async function startCarriers(options: CarrierOptions): Promise<Carriers> {
  const { clock, accounts, random = Math.random } = options;
  const records = openRecords(options.data);
  const agenda = openAgenda(clock, records);
  const live = liveEvents(clock);
  const rates = slidingRates();
  const { changed, onChange } = listeners(live.changed);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const outages = openOutages();
  const { publish = async () => undefined, filesUrl = "" } = options;
  const pushUrl = () => options.pushUrl ?? urlOf(server);
  const carrier: Carrier = { clock, accounts, records, agenda, between, publish, outages, pushUrl, changed };
  const reset = (): void => {
    agenda.forgetAll();
    records.clear();
    rates.clear();
    live.resetAll();
  };
  const { applicationServerKey } = options;
  const handsets = handsetControl(carrier, {
    reset,
    onChange,
    ...(applicationServerKey && { applicationServerKey }),
  });
  const askStory: AskStory = options.askStory ?? (async () => undefined);
  const page = handsetsFront({ carrier, control: handsets, live, askStory });
  const front = (request: IncomingMessage, response: ServerResponse): boolean => {
    if (!isWebPushPath(pathOf(request))) return page(request, response);
    if (!outages.takes("web-push", request, response))
      answering(response, webPush(carrier, request, response));
    return true;
  };
  const server = createServer((request, response) => {
    const provider = providerAt(request);
    if (provider && outages.takes(provider, request, response)) return;
    if (provider === "twilio") answering(response, twilio(carrier, rates, request, response));
    else if (provider === "aws-sms") answering(response, awsSms(carrier, rates, request, response, filesUrl));
    else if (provider === "ses") answering(response, ses(carrier, rates, request, response));
    else if (provider === "pinpoint") answering(response, pinpoint(carrier, request, response));
    else if (!front(request, response)) response.writeHead(404).end();
  });
  await listen(server, options.port);
  agenda.start(performer(carrier));
  const stop = async (): Promise<void> => {
    live.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await agenda.stop();
    records.close();
  };
  return { url: urlOf(server), front, handsets, outages, stop };
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function providerAt(request: IncomingMessage): ProviderName | undefined {
  if (isAwsSms(request)) return "aws-sms";
  const path = pathOf(request);
  if (isTwilioPath(path)) return "twilio";
  if (isSesPath(path)) return "ses";
  return isPinpointPath(path) ? "pinpoint" : undefined;
}

/** Tells everybody who wants to know that a handset changed. */
function listeners(first: (handset: string) => void) {
  const all = new Set([first]);
  const changed = (handset: string): void => all.forEach((listener) => listener(handset));
  const onChange = (listener: (handset: string) => void) => {
    all.add(listener);
    return () => void all.delete(listener);
  };
  return { changed, onChange };
}
