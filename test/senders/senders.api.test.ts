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
      backlog: { urgent: 30, bulk: 30, inFlight: 10 },
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

  it("that nobody declared are a problem", async () => {
    expect((await door.ask("GET /v1/senders/other")).body).toMatchObject({
      status: 404,
      code: "sender.not-found",
    });
  });
});
