import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { busPublisher } from "../../functions/platform/bus.store.ts";
import type { Happening, Publish } from "../../functions/platform/events.ts";
import { gathering } from "../../functions/platform/gathering.ts";
import { type Recorder, startRecorder } from "./aws.fixture.ts";

let aws: Recorder;
let publish: Publish;
beforeAll(async () => {
  aws = await startRecorder();
  Object.assign(process.env, aws.environment);
  publish = busPublisher("the-bus");
});
afterAll(async () => aws.stop());
beforeEach(() => {
  aws.arrived.length = 0;
});

const late = (number: number): Happening => ({
  name: "message.late-receipt",
  detail: { messageId: `msg_${number}`, attemptId: `msg_${number}.1`, channel: "push" },
});
const received: Happening = {
  name: "message.received",
  detail: { inboundId: "inb_1", senderId: "us-number" },
};
/** The events of the calls that arrived, a list for each call. */
const calls = () =>
  aws.arrived.map(({ body }) =>
    JSON.parse(body).Entries.map(({ Detail, ...entry }: { Detail: string }) => ({
      ...entry,
      ...JSON.parse(Detail),
    })),
  );

describe("what happened together", () => {
  it("is told in one event of each kind, in its order", async () => {
    await publish([late(1), received, late(2)]);
    const shared = { EventBusName: "the-bus", Source: "heliograph" };
    expect(calls()).toEqual([
      [
        { ...shared, DetailType: "message.late-receipt", happened: [late(1).detail, late(2).detail] },
        { ...shared, DetailType: "message.received", happened: [received.detail] },
      ],
    ]);
  });

  it("fills no event beyond what EventBridge bills as one, and none is left out", async () => {
    const all = Array.from({ length: 1_250 }, (_, index) => late(index));
    await publish(all);
    const events = calls().flat();
    expect(calls().map((some) => some.length)).toEqual([10, 3]);
    expect(events.flatMap(({ happened }) => happened)).toEqual(all.map(({ detail }) => detail));
    for (const { happened } of events) expect(JSON.stringify(happened).length).toBeLessThan(64 * 1024);
  });

  it("is nobody's business when it is nothing", async () => {
    await publish([]);
    expect(calls()).toEqual([]);
  });
});

describe("a batch that gathers", () => {
  it("tells at its end, once, and begins anew", async () => {
    const { gather, flush } = gathering(publish);
    await gather([late(1)]);
    await gather([late(2)]);
    expect(calls()).toEqual([]);
    await flush();
    await flush();
    expect(calls()).toMatchObject([[{ happened: [late(1).detail, late(2).detail] }]]);
  });
});
