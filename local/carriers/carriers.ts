import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Account } from "./accounts.ts";
import { type Clock, openAgenda, type Performer } from "./agenda.ts";
import type { Carrier } from "./carrier.ts";
import { type HandsetControl, handsetControl } from "./control.ts";
import { handsetsApi } from "./handsets-api.ts";
import { BodyTooLong } from "./http.ts";
import { readKeyword, tellBusiness } from "./inbound.ts";
import type { Job } from "./job.ts";
import { liveEvents } from "./live.ts";
import { arrive, expire, handOver, receiptComes } from "./network.ts";
import { servePageFile } from "./page-files.ts";
import { isPinpointPath, pinpoint } from "./pinpoint/pinpoint.ts";
import { postReceipt, show } from "./push.ts";
import { slidingRates } from "./rate.ts";
import { openRecords } from "./records.ts";
import { postStatus } from "./twilio/callback.ts";
import { isTwilioPath, twilio } from "./twilio/rest.ts";

/** What the simulated carriers need. */
export interface CarrierOptions {
  readonly clock: Clock;
  /** Folder that keeps messages, handsets and what is under way. @default - in memory */
  readonly data?: string;
  readonly accounts: readonly Account[];
  /** Decides the delays. @default Math.random */
  readonly random?: () => number;
  /** @default 0, a free one */
  readonly port?: number;
}

/** Providers, networks and phones that nobody has to pay for. */
export interface Carriers {
  /** Base URL of Twilio's and Pinpoint's API. */
  readonly url: string;
  /** Serves the handsets' page; false for any other path. */
  readonly front: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly handsets: HandsetControl;
  readonly stop: () => Promise<void>;
}

/** Starts servers that speak Twilio's and Pinpoint's own protocols, with a phone at every number. */
export async function startCarriers(options: CarrierOptions): Promise<Carriers> {
  const { clock, accounts, random = Math.random } = options;
  const records = openRecords(options.data);
  const agenda = openAgenda(clock, records);
  const live = liveEvents(clock);
  const rates = slidingRates();
  const { changed, onChange } = listeners(live.changed);
  const between = (least: number, most: number): number => Math.round(least + random() * (most - least));
  const carrier: Carrier = { clock, accounts, records, agenda, between, changed };
  const reset = (): void => {
    agenda.forgetAll();
    records.clear();
    rates.clear();
    live.resetAll();
  };
  const control = handsetControl(carrier, { reset, onChange });
  const front = (request: IncomingMessage, response: ServerResponse): boolean => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (servePageFile(path, response)) return true;
    if (path !== "/handsets" && !path.startsWith("/handsets/")) return false;
    const rest = path.replace(/^\/handsets(\/api)?/, "");
    answering(response, handsetsApi({ carrier, control, live }, rest, request, response));
    return true;
  };
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (isTwilioPath(path)) answering(response, twilio(carrier, rates, request, response));
    else if (isPinpointPath(path)) answering(response, pinpoint(carrier, request, response));
    else if (!front(request, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  agenda.start((planned, signal) => perform(carrier, planned.job, signal));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const stop = async (): Promise<void> => {
    live.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await agenda.stop();
    records.close();
  };
  return { url: `http://127.0.0.1:${port}`, front, handsets: control, stop };
}

/** Each kind of job and who does it. */
function perform(carrier: Carrier, job: Job, signal: AbortSignal): ReturnType<Performer> {
  switch (job.does) {
    case "hand-over":
      return () => handOver(carrier, job.sid);
    case "arrive":
      return () => arrive(carrier, job.sid);
    case "expire":
      return () => expire(carrier, job.sid);
    case "settle":
      return () => receiptComes(carrier, job.sid, job.status, job.errorCode);
    case "callback":
      return postStatus(carrier, job, signal);
    case "keyword":
      return () => readKeyword(carrier, job.sid);
    case "inbound":
      return tellBusiness(carrier, job, signal);
    case "show":
      return () => show(carrier, job.notice);
    case "receipt":
      return postReceipt(carrier, job, signal);
  }
}

function listeners(first: (handset: string) => void) {
  const all = new Set([first]);
  const changed = (handset: string): void => all.forEach((listener) => listener(handset));
  const onChange = (listener: (handset: string) => void) => {
    all.add(listener);
    return () => void all.delete(listener);
  };
  return { changed, onChange };
}

function answering(response: ServerResponse, work: Promise<void>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof BodyTooLong)) console.error("A simulated carrier could not answer:", error);
    if (response.headersSent) response.destroy();
    else response.writeHead(error instanceof BodyTooLong ? 413 : 500).end();
  });
}
