import type { Switches } from "../handset.ts";
import type { Story } from "../story.ts";
import type { HandsetView, SenderView } from "../view.ts";

/** What the page learns when it opens. */
export interface Overview {
  readonly now: number;
  readonly senders: readonly SenderView[];
  readonly total: number;
  readonly handsets: readonly HandsetView[];
}

/** The page's own API. */
export const client = {
  overview: (sought: string, limit: number) =>
    call<Overview>("GET", `/handsets?q=${encodeURIComponent(sought)}&limit=${limit}`),
  handset: (id: string) => call<HandsetView>("GET", `/handsets/${encodeURIComponent(id)}`),
  turn: (id: string, change: Partial<Switches>) =>
    call<HandsetView>("PUT", `/handsets/${encodeURIComponent(id)}/switches`, change),
  answer: (from: string, to: string, text: string) => call<unknown>("POST", "/answer", { from, to, text }),
  tap: (notice: string, action?: string) =>
    call<unknown>("POST", `/notifications/${notice}/tap`, action === undefined ? {} : { action }),
  dismiss: (notice: string) => call<unknown>("POST", `/notifications/${notice}/dismiss`, {}),
  openMail: (mail: string) => call<unknown>("POST", `/mails/${mail}/open`, {}),
  complain: (mail: string) => call<unknown>("POST", `/mails/${mail}/complain`, {}),
  unsubscribe: (mail: string) => call<unknown>("POST", `/mails/${mail}/unsubscribe`, {}),
  story: (of: "texts" | "notifications" | "mails", id: string) => call<Story>("GET", `/${of}/${id}/story`),
  reset: () => call<unknown>("POST", "/reset", {}),
};

/** What the page hears while it is open. */
export interface Hearing {
  readonly changed: (handsets: readonly string[]) => void;
  readonly time: (now: number) => void;
  readonly connected: (isConnected: boolean) => void;
  readonly reset: () => void;
}

/** Listens to what happens on the handsets. */
export function listen({ changed, time, connected, reset }: Hearing): void {
  const events = new EventSource("/handsets/api/events");
  const on = (
    name: string,
    heard: (data: { readonly now: number; readonly handsets: string[] }) => void,
  ): void => events.addEventListener(name, (event) => heard(JSON.parse(event.data)));
  events.addEventListener("open", () => connected(true));
  events.addEventListener("error", () => connected(false));
  on("tick", ({ now }) => time(now));
  on("changed", ({ handsets, now }) => {
    time(now);
    changed(handsets);
  });
  on("reset", reset);
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/handsets/api${path}`, {
    method,
    headers: { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as T & { readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `The carriers answered ${response.status}.`);
  return answer;
}
