import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod/mini";
import "../../functions/platform/english.ts";
import type { Carrier } from "./carrier.ts";
import type { HandsetControl } from "./control.ts";
import { Switches } from "./handset.ts";
import { bodyOf, sendJson } from "./http.ts";
import type { Live } from "./live.ts";
import { OutageKind, ProviderName } from "./outage.ts";
import { type AskStory, referenceOf } from "./story.ts";
import { answerableSenders, viewOf } from "./view.ts";

/** What the page's API works with. */
export interface HandsetsApi {
  readonly carrier: Carrier;
  readonly control: HandsetControl;
  readonly live: Live;
  readonly askStory: AskStory;
}

/** Answers a request below `/handsets/api`; `path` is what comes after. */
export async function handsetsApi(
  api: HandsetsApi,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (path === "/events" && request.method === "GET") return api.live.watch(request, response);
  for (const [route, handle] of Object.entries(routes)) {
    const [method, pattern = ""] = route.split(" ");
    const parts = new RegExp(`^${pattern.replace(/:\w+/g, "([^/]+)")}$`).exec(path);
    if (!parts || method !== request.method) continue;
    // A page of another site may not press buttons here: browsers let it send JSON only after asking, and we never agree.
    if (method !== "GET" && !request.headers["content-type"]?.startsWith("application/json"))
      return sendJson(response, 415, { error: "Send JSON." });
    const body = method === "GET" ? undefined : parsed(await bodyOf(request));
    return respond(response, () => handle(api, { part: decodeURIComponent(parts[1] ?? ""), body, request }));
  }
  sendJson(response, 404, { error: "There is nothing here." });
}

interface Call {
  readonly part: string;
  readonly body: unknown;
  readonly request: IncomingMessage;
}

const Answer = z.object({
  from: z.string(),
  to: z.string(),
  text: z.string().check(z.minLength(1), z.maxLength(1600)),
});
const Subscribe = z.object({ applicationServerKey: z.optional(z.string()) });
const Tap = z.object({ action: z.optional(z.string()) });
const Outage = z.object({ outage: z.nullable(OutageKind) });
const mostHandsets = 200;

const routes: Readonly<Record<string, (api: HandsetsApi, call: Call) => unknown>> = {
  "GET /handsets": overview,
  "GET /handsets/:id": ({ carrier }, { part }) => viewOf(carrier, part),
  "PUT /handsets/:id/switches": ({ control, carrier }, { part, body }) => {
    control.set(part, given(z.partial(Switches).parse(body)));
    return viewOf(carrier, part);
  },
  "POST /handsets/:id/subscriptions": ({ control }, { part, body }) =>
    control.subscribe(part, Subscribe.parse(body).applicationServerKey),
  "GET /texts/:id/story": ({ carrier, askStory }, { part }) =>
    storyOf(carrier.records.texts.get(part), askStory),
  "GET /notifications/:id/story": ({ carrier, askStory }, { part }) =>
    storyOf(carrier.records.notices.get(part), askStory),
  "GET /mails/:id/story": ({ carrier, askStory }, { part }) =>
    storyOf(carrier.records.mails.get(part), askStory),
  "POST /mails/:id/open": ({ control }, { part }) => control.openMail(part),
  "POST /mails/:id/complain": ({ control }, { part }) => control.complain(part),
  "POST /mails/:id/unsubscribe": ({ control }, { part }) => control.unsubscribe(part),
  "POST /answer": ({ control }, { body }) => {
    const { from, to, text } = Answer.parse(body);
    return control.answer(from, to, text);
  },
  "POST /notifications/:id/tap": ({ control }, { part, body }) => control.tap(part, Tap.parse(body).action),
  "POST /notifications/:id/dismiss": ({ control }, { part }) => control.dismiss(part),
  "GET /providers": ({ carrier }) => carrier.outages.list(),
  "PUT /providers/:id": ({ carrier }, { part, body }) => {
    carrier.outages.set(ProviderName.parse(part), Outage.parse(body).outage ?? undefined);
    return carrier.outages.list();
  },
  "POST /reset": ({ control }) => {
    control.reset();
    return { ok: true };
  },
};

/** The handsets used last, newest use first; `q` finds by digits or token. */
function overview({ carrier }: HandsetsApi, { request }: Call) {
  const { searchParams } = new URL(request.url ?? "/", "http://handsets");
  const sought = (searchParams.get("q") ?? "").replace(/[\s()-]/g, "");
  const limit = Math.min(mostHandsets, Math.max(1, Number(searchParams.get("limit")) || 12));
  const { handsets } = carrier.records;
  const pattern = `%${sought.replace(/[%_\\]/g, String.raw`\$&`)}%`;
  const condition = String.raw`id like ? escape '\'`;
  return {
    now: carrier.clock.now(),
    senders: answerableSenders(carrier),
    total: handsets.count(condition, pattern),
    handsets: handsets
      .find(`${condition} order by used desc, seq desc limit ?`, pattern, limit)
      .map(({ id }) => viewOf(carrier, id)),
  };
}

async function storyOf(sent: Parameters<typeof referenceOf>[0] | undefined, askStory: AskStory) {
  const reference = sent && referenceOf(sent);
  const story = reference && (await askStory(reference));
  if (!story) throw new Error("The business has nothing to say about this one.");
  return story;
}

/** Switches that are really there: an absent one is not turned. */
function given(change: Partial<Record<keyof Switches, unknown>>): Partial<Switches> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function parsed(text: string): unknown {
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    return undefined;
  }
}

async function respond(response: ServerResponse, work: () => unknown): Promise<void> {
  try {
    sendJson(response, 200, await work());
  } catch (error) {
    const isShape = error instanceof z.core.$ZodError;
    sendJson(response, isShape ? 400 : 409, {
      error: isShape ? z.prettifyError(error) : (error as Error).message,
    });
  }
}
