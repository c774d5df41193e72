import * as z from "zod/mini";
import { startChild } from "./child.ts";
import { Arrival } from "./measures.ts";

/** The provider that everybody sends to. */
export interface Sink {
  readonly url: string;
  /** How many different messages have come since the last `take`. */
  readonly seen: () => Promise<number>;
  /** Everything that has come since the last `take`. */
  readonly take: () => Promise<readonly Arrival[]>;
  readonly stop: () => Promise<void>;
}

const Listening = z.object({ url: z.url() });
const Seen = z.object({ distinct: z.number() });
const Taken = z.object({ arrivals: z.array(Arrival) });

/** Starts the provider in a process of its own. */
export async function startSink(): Promise<Sink> {
  const child = startChild("sink.process.ts");
  const { url } = Listening.parse(await child.ready);
  return {
    url,
    seen: async () => Seen.parse(await child.ask("seen")).distinct,
    take: async () => Taken.parse(await child.ask("take")).arrivals,
    stop: child.stop,
  };
}
