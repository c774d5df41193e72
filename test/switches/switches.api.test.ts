import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageStore } from "../../functions/messages/message.store.ts";
import { waiting } from "../../functions/messages/status.ts";
import { aMessage, noon } from "../make.ts";
import { type Door, openDoor } from "../door.ts";

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door.aws.stop());

const off = (path: string, reason = "spam complaints") => door.ask(`PUT /v1/switches/${path}`, { reason });
const on = (path: string) => door.ask(`DELETE /v1/switches/${path}`);

describe("switches", () => {
  it("are turned off with a reason and on again, and the history says who, when and why", async () => {
    await off("sender/us-number");
    await off("channel/push", "outage");
    const { body } = await off("category/offer", "wrong price");
    expect(body.off.map(({ scope, id, by }: Record<string, string>) => `${scope}/${id} by ${by}`)).toEqual([
      "sender/us-number by key_test",
      "channel/push by key_test",
      "category/offer by key_test",
    ]);
    await on("channel/push");
    const after = await door.ask("GET /v1/switches");
    expect(after.body.off.map(({ id }: { id: string }) => id)).toEqual(["us-number", "offer"]);
    expect(after.body.turns[0]).toMatchObject({ scope: "channel", id: "push", is: "on", by: "key_test" });
    expect(after.body.turns[1]).toMatchObject({ id: "offer", is: "off", reason: "wrong price" });
    expect(after.body.turns).toHaveLength(4);
  });

  it("tell the bus of each turn once", async () => {
    const before = door.aws.published.filter((name) => name === "switch.turned").length;
    await off("category/appointment");
    await off("category/appointment", "again");
    expect(door.aws.published.filter((name) => name === "switch.turned")).toHaveLength(before + 1);
  });

  it("send on what waited when they are lifted, all pages of it", async () => {
    await off("category/delivery-update");
    const store = messageStore(door.aws.tables, "Messages");
    const ids = Array.from({ length: 30 }, (_, index) => `msg_01HZX0000000000000000000${10 + index}`);
    for (const id of ids)
      await store.create(waiting(aMessage({ id }), "switched-off: category delivery-update", noon));
    const seen = door.aws.queued.length;
    await on("category/delivery-update");
    const sentOn = door.aws.queued.slice(seen).map((body) => JSON.parse(body).messageId);
    expect(new Set(sentOn)).toEqual(new Set(ids));
    expect(sentOn).toHaveLength(ids.length);
  });

  it("stand on declared senders and categories, and on channels", async () => {
    for (const path of ["sender/nobody", "category/nothing", "channel/pigeon", "planet/mars"])
      expect((await off(path)).body, path).toMatchObject({ status: 404, code: "switch.not-found" });
  });

  it("want a reason", async () => {
    expect((await door.ask("PUT /v1/switches/channel/sms", {})).body.errors).toMatchObject([
      { field: "reason" },
    ]);
  });
});
