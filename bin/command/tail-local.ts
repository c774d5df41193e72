import type { Asked, Happened } from "./happened.ts";

/** What happens in the local cloud at an address. */
export async function* eventsFromLocal(
  url: string,
  { since, follows, signal }: Asked,
): AsyncGenerator<Happened> {
  const from = since === undefined ? 0 : (await timeAt(url, signal)) - since;
  const response = await fetch(`${url}/_local/events${follows ? "" : "?follow=no"}`, { signal });
  if (!response.ok) throw new Error(`${url} is no local cloud: tail --stage <name> follows one in AWS.`);
  let rest = "";
  for await (const text of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks.filter((one) => one.startsWith("data: "))) {
      const happened = JSON.parse(block.slice("data: ".length)) as Happened;
      if (Date.parse(happened.time) >= from) yield happened;
    }
  }
}

/** The local cloud may live in another time. */
async function timeAt(url: string, signal: AbortSignal): Promise<number> {
  const clock = await fetch(`${url}/_local/clock`, { signal });
  const { now } = (await clock.json()) as { readonly now: string };
  return Date.parse(now);
}
