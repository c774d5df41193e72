import { describe, expect, it } from "vitest";
import type { SendResult } from "../../functions/providers/provider.ts";
import { circuitOf, looked, opened } from "../../functions/switches/circuit.ts";
import { allOn } from "../../functions/switches/switch.ts";
import { noon } from "../make.ts";
import { accepted, aQueuedMessage, aStep, aWorld, messageId } from "./deliver.fixture.ts";

const connection = "twilio-main";
const attempt = `${messageId(1)}.1`;
const lost: SendResult = { is: "unknown", reason: "http-503" };
const unreachable: SendResult = {
  is: "busy",
  reason: "cannot-connect",
  retryAfterSeconds: 5,
  isOutage: true,
};
const open = opened(allOn, { connection, reason: "http-503", at: noon - 60_000 });
const free = looked(open, connection, true, noon);
const many = (count: number, more = {}) =>
  Array.from({ length: count }, (_, index) => aQueuedMessage({ id: messageId(index + 1), ...more }));
const always = (answer: SendResult, times: number) => Array.from({ length: times }, () => answer);
const ids = (count: number) => Array.from({ length: count }, (_, index) => `${messageId(index + 1)}.1`);

describe("a provider that fails", () => {
  it("is not called any more after five failures in a row, and everybody hears of it once", async () => {
    const world = aWorld({ messages: many(9), answers: always(lost, 9) });
    for (const id of ids(9)) await world.deliver(id);
    expect(world.calls).toHaveLength(5);
    expect(world.board.circuits).toMatchObject([{ connection, reason: "http-503" }]);
    expect(world.told.filter(({ name }) => name === "circuit.turned")).toEqual([
      { name: "circuit.turned", detail: { connection, is: "open", reason: "http-503" } },
    ]);
  });

  it("costs a board nothing while it works, or refuses what it does not like", async () => {
    const refused: SendResult = { is: "refused", reason: "permanent-number" };
    const world = aWorld({ messages: many(12), answers: always(refused, 12) });
    for (const id of ids(12)) await world.deliver(id);
    expect(world.board).toBe(allOn);
    expect(world.calls).toHaveLength(12);
  });

  it("that cannot even be reached lets go of what it was not given as soon as the circuit opens", async () => {
    const world = aWorld({ messages: many(2), answers: always(unreachable, 9) });
    await world.deliver(`${messageId(1)}.1`);
    await world.deliver(`${messageId(2)}.1`);
    // Three tries of the first, two of the second: then it need not wait a minute to be told.
    expect(world.calls).toHaveLength(5);
    expect(world.intake).toEqual([messageId(2)]);
    expect(Object.keys(world.gate().claims)).toEqual([]);
  });
});

describe("while a provider is out", () => {
  it("what cannot wait goes back to routing at once, unsent and not counted", async () => {
    const world = aWorld();
    world.board = open;
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.intake).toEqual([messageId(1)]);
    expect(world.holds).toEqual([]);
    expect(world.message()).toMatchObject({
      status: "held",
      reason: `circuit-open: ${connection}`,
      attempts: [{ status: "refused" }],
    });
    expect(world.message().heldUntil).toBeLessThan(noon);
    expect(world.gate().claims).toEqual({});
  });

  it("marketing waits without an end, and no schedule is made for it", async () => {
    const world = aWorld({ messages: many(1, { category: "offer" }) });
    world.board = open;
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.intake).toEqual([]);
    expect(world.holds).toEqual([]);
    expect(world.message()).toMatchObject({ status: "held", reason: `circuit-open: ${connection}` });
    expect(world.message().heldUntil).toBeUndefined();
  });

  it("an answer to a keyword waits for the number that was written to", async () => {
    const replyTo = { addressId: "adr_phone", senderId: "us-number", inboundId: "inb_1" };
    const world = aWorld({ messages: many(1, { replyTo }) });
    world.board = open;
    await world.deliver();
    expect(world.intake).toEqual([]);
    expect(world.message()).toMatchObject({ status: "held" });
  });

  it("what stood at the call itself gives way, too, and gives the gate back", async () => {
    const world = aWorld({
      before: (name, one) => {
        // The gate is taken; the circuit opens while the slot is waited for.
        if (name === "gates.replace" && one.message().status === "sending") one.board = open;
      },
    });
    await world.deliver();
    expect(world.calls).toEqual([]);
    expect(world.intake).toEqual([messageId(1)]);
    expect(world.gate().claims).toEqual({});
  });

  it("senders of other providers go on", async () => {
    const steps = [aStep({ channel: "push", addressId: "adr_app", senderId: "app" })];
    const world = aWorld({ messages: [aQueuedMessage({}, steps)] });
    world.board = open;
    await world.deliver();
    expect(world.calls).toHaveLength(1);
  });
});

describe("a trial", () => {
  it("is made by one message of many, and closes the circuit when it goes well", async () => {
    const world = aWorld({
      messages: many(4),
      answers: [
        async () => {
          await world.clock.sleepUntil(noon + 5_000);
          return accepted;
        },
      ],
    });
    world.board = free;
    await world.deliver(...ids(4));
    expect(world.calls).toHaveLength(1);
    expect(world.board).toMatchObject({ circuits: [] });
    expect(world.board.liftedAt).toBeGreaterThanOrEqual(noon);
    expect(world.told.filter(({ name }) => name === "circuit.turned")).toEqual([
      { name: "circuit.turned", detail: { connection, is: "closed" } },
    ]);
    expect(world.intake).toHaveLength(3);
  });

  it("goes well when the provider only asks for patience: it works", async () => {
    const patience: SendResult = { is: "busy", reason: "over-the-rate", retryAfterSeconds: 1 };
    const world = aWorld({ answers: [patience] });
    world.board = free;
    await world.deliver();
    expect(world.board.circuits).toEqual([]);
  });

  it("that fails leaves the circuit open until the next look, and writes nothing more", async () => {
    const world = aWorld({ messages: many(3), answers: [lost, lost, lost] });
    world.board = free;
    for (const id of ids(3)) await world.deliver(id);
    expect(world.calls).toHaveLength(1);
    expect(circuitOf(world.board, connection)).toMatchObject({ trial: attempt, looks: 1 });
    expect(world.message().attempts).toMatchObject([{ status: "unknown" }]);
  });
});
