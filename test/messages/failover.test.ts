import { describe, expect, it } from "vitest";
import { applyReceipt, applyResult, closeAttempt, startAttempt } from "../../functions/messages/attempt.ts";
import { changeAndTell } from "../../functions/messages/change-and-tell.ts";
import { failover } from "../../functions/messages/failover.ts";
import type { Message } from "../../functions/messages/message.ts";
import type { Plan } from "../../functions/messages/plan.ts";
import { dueWhileWaiting, planned, startStep } from "../../functions/messages/status.ts";
import { sweep } from "../../functions/messages/sweep.ts";
import { track } from "../../functions/messages/track.ts";
import { aMessage, noon, pushThenSms } from "../make.ts";
import { aWorld, theMessage, type World } from "../world.ts";

const alone = pushThenSms(300);
const plan: Plan = { ...alone, grain: "cohort" };
const three: Plan = {
  ...plan,
  steps: [...plan.steps.map((step) => ({ ...step, waitSeconds: 300 })), ...plan.steps.slice(1)],
};
const first = `${aMessage().id}.1`;
const all = { part: 1, parts: 1 };
const accepted = { is: "accepted", providerMessageId: "SM1" } as const;

/** The provider took the first attempt a while after it was queued. */
function waiting(of = plan, acceptedAt = noon + 40_000): Message {
  const queued = startStep(planned(aMessage(), of, noon), 0, noon).message;
  const sending = startAttempt(queued, first, acceptedAt - 100) ?? queued;
  return applyResult(sending, first, accepted, acceptedAt);
}

/** A world in which it waits in its cohort. */
function aWorldThatWaits(message = waiting()) {
  const world = aWorld(message);
  world.joined.push({ messageId: message.id, at: message.movesOnAt ?? 0, grain: "cohort" });
  return world;
}

const instantOf = (world: World) => theMessage(world).movesOnAt ?? 0;
const sweepCohort = (world: World, at: number, isRepeat = false) => {
  world.now.at = Math.max(world.now.at, at);
  return failover({ ...all, at, isRepeat }, world.using);
};
const receipt = (is: "delivered" | "carrier-accepted", attemptId = first) => ({
  attemptId,
  is,
  at: noon + 50_000,
  from: "app" as const,
});

describe("a message that waits in a cohort", () => {
  it("waits from when the provider has it, however long it stood in our own queue", () => {
    const at = noon + 5_000_000;
    const { movesOnAt = 0, dueAt } = waiting(plan, at);
    expect(movesOnAt).toBeGreaterThanOrEqual(at + 300_000);
    expect(movesOnAt).toBeLessThan(at + 306_000);
    expect(dueAt).toBe(dueWhileWaiting(movesOnAt));
  });

  it("has its cohort timed by whoever writes that it waits", async () => {
    const world = aWorld(
      startAttempt(startStep(planned(aMessage(), plan, noon), 0, noon).message, first, noon),
    );
    const { id } = theMessage(world);
    await changeAndTell(id, (seen) => applyResult(seen, first, accepted, noon + 100), world.using);
    expect(world.joined).toEqual([{ messageId: id, at: instantOf(world), grain: "cohort" }]);
  });

  it("has its cohort timed by a repeat, should the first run have died before", async () => {
    const world = aWorld(waiting());
    await track({ ...receipt("carrier-accepted"), is: "provider-accepted" }, true, world.using);
    expect(world.joined).toEqual([
      { messageId: theMessage(world).id, at: instantOf(world), grain: "cohort" },
    ]);
  });

  it("stays in its cohort whatever else is learned of the attempt", () => {
    const before = waiting();
    const after = applyReceipt(
      before,
      receipt("carrier-accepted"),
      "delivered",
      (before.movesOnAt ?? 0) - 500,
    );
    expect(after.movesOnAt).toBe(before.movesOnAt);
    expect(after.dueAt).toBe(before.dueAt);
  });

  it("leaves it by the write that says that the person has it", () => {
    const seen = applyReceipt(waiting(), receipt("delivered"), "delivered", noon + 50_000);
    expect([seen.movesOnAt, seen.dueAt]).toEqual([undefined, undefined]);
  });

  it.each([
    ["a second", 1_000, alone],
    ["eight", 8_000, plan],
  ])("is taken along within %s when its attempt reached nobody", (_, most, of) => {
    const now = noon + 60_000;
    const failed = closeAttempt(waiting(of), first, { reason: "token-gone", status: "failed" }, now);
    expect(failed.movesOnAt).toBeGreaterThan(now);
    expect(failed.movesOnAt).toBeLessThanOrEqual(now + most);
  });

  it("waits half a second longer at most where its category keeps deadlines to the second", () => {
    const at = noon + 40_001;
    const { movesOnAt = 0 } = waiting(alone, at);
    expect(movesOnAt).toBeGreaterThanOrEqual(at + 300_000);
    expect(movesOnAt).toBeLessThan(at + 300_500);
  });
});

describe("a cohort whose time has come", () => {
  it("takes along who still waits, to the next sender", async () => {
    const world = aWorldThatWaits();
    await sweepCohort(world, instantOf(world));
    expect(theMessage(world)).toMatchObject({ step: 1, status: "queued" });
    expect(world.handed).toMatchObject([
      { senderId: "us-number", work: { attemptId: `${aMessage().id}.2` } },
    ]);
  });

  it("starts nothing for whom proof came first", async () => {
    const world = aWorldThatWaits();
    const at = instantOf(world);
    await track(receipt("delivered"), false, world.using);
    await sweepCohort(world, at);
    expect(world.handed).toEqual([]);
    expect(theMessage(world).attempts).toHaveLength(1);
  });

  it("starts nothing when proof comes between its look and its write", async () => {
    const world = aWorldThatWaits();
    const { messages } = world.using;
    const findAll = async (ids: readonly string[]) => {
      const seen = await messages.findAll(ids);
      await track(receipt("delivered"), false, world.using);
      return seen;
    };
    const using = { ...world.using, messages: { ...messages, findAll } };
    await failover({ ...all, at: instantOf(world), isRepeat: false }, using);
    expect(world.handed).toEqual([]);
    expect(theMessage(world).status).toBe("delivered");
  });

  it("twice, late and at once makes one attempt", async () => {
    const world = aWorldThatWaits();
    const at = instantOf(world);
    await Promise.all([sweepCohort(world, at), sweepCohort(world, at, true)]);
    await sweepCohort(world, at + 900_000);
    expect(theMessage(world).attempts).toHaveLength(2);
    expect(new Set(world.handed.map(({ work }) => work.attemptId)).size).toBe(1);
  });

  it("looks again at whom a copy of a moment ago does not know to wait yet", async () => {
    const before = startAttempt(startStep(planned(aMessage(), plan, noon), 0, noon).message, first, noon);
    const world = aWorldThatWaits();
    const findAll = async () => new Map(before && [[before.id, before]]);
    const using = { ...world.using, messages: { ...world.using.messages, findAll } };
    await failover({ ...all, at: instantOf(world), isRepeat: false }, using);
    expect(theMessage(world).step).toBe(1);
  });

  it("leaves alone who waits for another instant", async () => {
    const world = aWorldThatWaits();
    await sweepCohort(world, instantOf(world) + 6_000);
    expect(theMessage(world).step).toBe(0);
  });

  it("takes a message of three steps from cohort to cohort", async () => {
    const world = aWorldThatWaits(waiting(three));
    const at = instantOf(world);
    await sweepCohort(world, at);
    const { id } = theMessage(world);
    const second = `${id}.2`;
    await changeAndTell(id, (seen) => startAttempt(seen, second, at + 1_000), world.using);
    await changeAndTell(id, (seen) => applyResult(seen, second, accepted, at + 1_100), world.using);
    expect(instantOf(world)).toBeGreaterThanOrEqual(at + 301_100);
    await sweepCohort(world, instantOf(world));
    expect(theMessage(world).step).toBe(2);
    expect(theMessage(world).movesOnAt).toBeUndefined();
  });

  it("hands on when it is tried again whom a run had moved on that died before it handed them on", async () => {
    const world = aWorldThatWaits();
    const at = instantOf(world);
    const dying = { ...world.using, handAllToSenders: () => Promise.reject(new Error("died")) };
    await expect(failover({ ...all, at, isRepeat: false }, dying)).rejects.toThrow("died");
    expect(theMessage(world).step).toBe(1);
    await sweepCohort(world, at, true);
    expect(world.handed).toMatchObject([{ work: { attemptId: `${aMessage().id}.2` } }]);
  });

  it("takes the others along when one cannot be moved, and says so", async () => {
    const world = aWorldThatWaits();
    const other = { ...waiting(), id: "msg_01HZX0000000000000000000NN" };
    world.messages.set(other.id, other);
    world.joined.push({ messageId: other.id, at: instantOf(world), grain: "cohort" });
    const { messages } = world.using;
    const replace = async (next: Message, seen: Message) => {
      if (next.id !== other.id) throw new Error("throttled");
      return messages.replace(next, seen);
    };
    const using = { ...world.using, messages: { ...messages, replace } };
    const at = instantOf(world);
    await expect(failover({ ...all, at, isRepeat: false }, using)).rejects.toThrow("1 of 2");
    expect(world.messages.get(other.id)?.step).toBe(1);
  });

  it("that was never timed is taken up by the sweeper a minute later", async () => {
    const world = aWorldThatWaits();
    world.now.at = instantOf(world) + 60_000;
    await sweep(world.using);
    expect(theMessage(world).step).toBe(1);
    expect(world.handed).toMatchObject([{ senderId: "us-number" }]);
  });
});
