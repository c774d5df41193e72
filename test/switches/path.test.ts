import { describe, expect, it } from "vitest";
import { route } from "../../functions/messages/route.ts";
import { sweep } from "../../functions/messages/sweep.ts";
import { canceled } from "../../functions/messages/status.ts";
import { allOn, type Board, type Scope, switchedOff, switchedOn } from "../../functions/switches/switch.ts";
import { aQueuedMessage, aWorld as aSenderAtWork, messageId } from "../senders/deliver.fixture.ts";
import { noon } from "../make.ts";
import { aWorld, theMessage } from "../world.ts";

const boardWith = (...some: readonly (readonly [Scope, string])[]): Board =>
  some.reduce((board, [scope, id]) => switchedOff(board, { scope, id, by: "key_1", at: noon }, "why"), allOn);
const lifted = (board: Board, scope: Scope, id: string) =>
  switchedOn(board, { scope, id, by: "key_1", at: noon });

describe("routing", () => {
  it("holds what belongs to a category that is off, without an end, and fails nothing", async () => {
    const world = aWorld();
    world.board = boardWith(["category", "delivery-update"]);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(theMessage(world)).toMatchObject({
      status: "held",
      reason: "switched-off: category delivery-update",
    });
    expect(theMessage(world).heldUntil).toBeUndefined();
    expect(world.held).toEqual([]);
    expect(world.handed).toEqual([]);
  });

  it("holds what is part of a campaign that is off, and nothing else of its category", async () => {
    const campaignId = `cmp_${"0".repeat(26)}`;
    const world = aWorld({ campaignId });
    world.board = boardWith(["campaign", campaignId]);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(theMessage(world)).toMatchObject({
      status: "held",
      reason: `switched-off: campaign ${campaignId}`,
    });
    const other = aWorld();
    other.board = world.board;
    await route({ messageId: theMessage(other).id }, other.using);
    expect(theMessage(other).status).toBe("queued");
  });

  it("takes it up when the switch is lifted", async () => {
    const world = aWorld();
    world.board = boardWith(["category", "delivery-update"]);
    const { id } = theMessage(world);
    await route({ messageId: id }, world.using);
    world.board = lifted(world.board, "category", "delivery-update");
    await route({ messageId: id }, world.using);
    expect(theMessage(world)).toMatchObject({ status: "queued" });
    expect(theMessage(world).reason).toBeUndefined();
  });

  it("goes around a channel and a sender that are off, and says so", async () => {
    const world = aWorld();
    world.board = boardWith(["channel", "push"], ["sender", "us-number"]);
    await route({ messageId: theMessage(world).id }, world.using);
    const { plan } = theMessage(world);
    expect(plan?.steps.map(({ senderId }) => senderId)).toEqual(["us-toll-free"]);
    expect(plan?.considered).toEqual(
      expect.arrayContaining([
        { channel: "push", reason: "switched-off", points: [] },
        { channel: "sms", senderId: "us-number", reason: "switched-off", points: [] },
      ]),
    );
  });

  it("waits when every way is switched off, and says which switch it waits for", async () => {
    const world = aWorld();
    world.board = boardWith(["channel", "push"], ["channel", "sms"]);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(theMessage(world)).toMatchObject({ status: "held", reason: "switched-off: channel push" });
    expect(theMessage(world).considered?.map(({ reason }) => reason)).toContain("switched-off");
  });

  it("does not let a switch hide that there is no way at all", async () => {
    const world = aWorld({}, { addresses: [] });
    world.board = boardWith(["channel", "sms"]);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(theMessage(world)).toMatchObject({ status: "suppressed", reason: "no-address" });
  });

  it("writes nothing when it is asked again while the switch is off, however often", async () => {
    const world = aWorld();
    world.board = boardWith(["category", "delivery-update"]);
    const { id } = theMessage(world);
    await route({ messageId: id }, world.using);
    const kept = theMessage(world);
    for (let times = 0; times < 5; times += 1) await route({ messageId: id }, world.using);
    expect(theMessage(world)).toBe(kept);
  });

  it("lets a message expire that waited too long", async () => {
    const world = aWorld({ expiresAt: noon + 60_000 });
    world.board = boardWith(["category", "delivery-update"]);
    const { id } = theMessage(world);
    await route({ messageId: id }, world.using);
    world.now.at = noon + 60_000;
    await sweep(world.using);
    expect(world.intake).toEqual([id]);
    await route({ messageId: id }, world.using);
    expect(theMessage(world).status).toBe("expired");
  });

  it("lets a caller cancel what waits", async () => {
    const world = aWorld();
    world.board = boardWith(["category", "delivery-update"]);
    await route({ messageId: theMessage(world).id }, world.using);
    expect(canceled(theMessage(world), noon)?.status).toBe("canceled");
  });
});

describe("delivering", () => {
  it.each([
    ["sender", "us-number"],
    ["channel", "sms"],
    ["category", "delivery-update"],
    ["campaign", `cmp_${"0".repeat(26)}`],
  ] as const)("puts back what is queued when its %s is off: not sent, not lost", async (scope, id) => {
    const world = aSenderAtWork({ messages: [aQueuedMessage({ campaignId: `cmp_${"0".repeat(26)}` })] });
    world.board = boardWith([scope, id]);
    expect(await world.deliver()).toEqual(["done"]);
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({ status: "held", reason: `switched-off: ${scope} ${id}` });
    expect(Object.keys(world.gate().claims)).toEqual([]);
  });

  it("asks again at the gate: what was about to be sent is put back too", async () => {
    const world = aSenderAtWork({
      before: (name, one) => {
        // The worker has looked, and the message already says that it is being sent.
        if (name === "switches" && one.message().status === "sending")
          one.board = boardWith(["sender", "us-number"]);
      },
    });
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.message()).toMatchObject({ status: "held", reason: "switched-off: sender us-number" });
    expect(world.message().attempts).toMatchObject([{ status: "refused" }]);
  });

  it("makes one more attempt after the lift, and only one", async () => {
    const world = aSenderAtWork({ messages: [aQueuedMessage()] });
    world.board = boardWith(["sender", "us-number"]);
    await world.deliver();
    const path = aWorld();
    path.messages.clear();
    path.messages.set(messageId(1), world.message());
    await route({ messageId: messageId(1) }, path.using);
    await route({ messageId: messageId(1) }, path.using);
    expect(theMessage(path).attempts.map(({ status }) => status)).toEqual(["refused", "queued"]);
    expect(new Set(path.handed.map(({ work }) => work.attemptId))).toEqual(new Set([`${messageId(1)}.2`]));
  });
});
