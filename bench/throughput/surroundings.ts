import * as z from "zod/mini";
import { bundleAt } from "./bundle.ts";
import { type Case, contenders } from "./cases.ts";
import { startChild } from "./child.ts";
import { redisServer, startRedis } from "./redis.ts";

/** What a contender finds when it starts. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const Cloud = z.object({ environment: z.record(z.string(), z.string()) });

/** Starts what a contender leans on, empty; undefined when this machine does not have it. */
export async function surround(
  { contender, rate, workers }: Case,
  sinkUrl: string,
): Promise<Surroundings | undefined> {
  const declared = contenders[contender];
  const manner = { MANNER: "manner" in declared ? declared.manner : "" };
  if (declared.needs[0] === "redis") {
    // One worker of Bottleneck keeps its books in memory.
    if (contender.startsWith("bottleneck") && workers === 1) return { environment: manner, stop: nothing };
    const program = redisServer();
    if (!program) return undefined;
    const redis = await startRedis(program);
    return { environment: { ...manner, REDIS_PORT: String(redis.port) }, stop: redis.stop };
  }
  const bundle = contender === "heliograph" ? await bundleAt(rate) : "";
  const cloud = startChild("cloud.process.ts", [sinkUrl]);
  const { environment } = Cloud.parse(await cloud.ready);
  return { environment: { ...environment, BUNDLE: bundle }, stop: cloud.stop };
}

async function nothing(): Promise<void> {}
