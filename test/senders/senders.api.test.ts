import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { business } from "../../heliograph.config.ts";
import { type Door, openDoor } from "../door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());

describe("senders", () => {
  it("are all listed", async () => {
    const { body } = await door.ask("GET /v1/senders");
    expect(body.senders.map(({ id }: { id: string }) => id)).toEqual(business.senders.map(({ id }) => id));
  });

  it("tell their rate, what waits and when it will have been sent", async () => {
    const { body } = await door.ask("GET /v1/senders/us-number");
    expect(body).toMatchObject({
      kind: "10dlc",
      mps: 10,
      backlog: { isShared: false, urgent: 30, bulk: 30, inFlight: 10 },
      etaSeconds: 7,
    });
  });

  it("do not tell what they cost or which account they use", async () => {
    const { body } = await door.ask("GET /v1/senders/us-number");
    expect(Object.keys(body).sort()).toEqual([
      "backlog",
      "channels",
      "countries",
      "etaSeconds",
      "id",
      "identity",
      "kind",
      "lanes",
      "mps",
    ]);
  });

  it("can be paused, with a reason, and resumed", async () => {
    const paused = await door.ask("POST /v1/senders/us-number/pause", { reason: "the carrier asks" });
    expect(paused.body.paused).toMatchObject({ reason: "the carrier asks" });
    const again = await door.ask("POST /v1/senders/us-number/pause", { reason: "once more" });
    expect(again.body.paused).toEqual(paused.body.paused);
    expect((await door.ask("POST /v1/senders/us-number/resume")).body.paused).toBeUndefined();
  });

  it("can be slowed down, never made faster than declared", async () => {
    const slowed = await door.ask("PUT /v1/senders/us-number/pace", { mps: 4 });
    expect(slowed.body).toMatchObject({ mps: 10, reducedTo: 4, etaSeconds: 17.5 });
    expect((await door.ask("PUT /v1/senders/us-number/pace", { mps: 11 })).body).toMatchObject({
      status: 400,
      errors: [{ field: "mps" }],
    });
    const restored = await door.ask("PUT /v1/senders/us-number/pace", { mps: null });
    expect(restored.body.reducedTo).toBeUndefined();
  });

  it("that nobody declared are a problem", async () => {
    expect((await door.ask("GET /v1/senders/other")).body).toMatchObject({
      status: 404,
      code: "sender.not-found",
    });
  });
});
