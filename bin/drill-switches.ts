import { strict as assert } from "node:assert";
import { copiesOf, crowdOf, endsOf, sendMany, standingOf } from "./crowd.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { apiOf, until } from "./story.ts";

const people = 40;
const count = 500;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);
/** How long nothing may go out before we believe it. */
const silenceMilliseconds = 20_000;

/** Switches a channel off in the middle of a backlog and on again: how soon it acts, and what became of what waited. */
export async function drillSwitches(tell: (text: string) => void): Promise<string> {
  const laptop = await startLaptop({ port: 0, now: noon });
  try {
    const api = apiOf(laptop);
    const contacts = await crowdOf(api, people);
    const ids = await sendMany(api, contacts, count, "Parcel");
    await until(
      "a part of the backlog to be sent",
      () => sentAt(laptop).length,
      (sent) => sent > 30,
      60,
    );
    const offAt = laptop.cloud.clock.now();
    await api.put("/v1/switches/channel/sms", { reason: "drill" });
    tell(`${sentAt(laptop).length} of ${count} messages were sent when the channel was switched off.`);
    await until(
      "silence",
      () => laptop.cloud.clock.now() - (sentAt(laptop).at(-1) ?? 0),
      (quiet) => quiet > silenceMilliseconds,
      90,
    );
    const lastAfter = Math.max(0, (sentAt(laptop).at(-1) ?? 0) - offAt) / 1000;
    const before = sentAt(laptop).length;
    const waiting = (await standingOf(api, ids)).filter(({ status }) => status === "held");
    tell(
      `The last one left ${lastAfter.toFixed(1)} s after the request; ${waiting.length} wait (${waiting[0]?.reason}).`,
    );
    assert.equal(before + waiting.length, count, "each message was sent or waits");
    const onAt = laptop.cloud.clock.now();
    await api.remove("/v1/switches/channel/sms");
    const firstAt = await until(
      "the first to go on",
      () => sentAt(laptop)[before],
      (at) => at !== undefined,
      90,
    );
    const ends = await endsOf(api, ids, 240);
    const copies = copiesOf(laptop, "Parcel");
    assert.equal(copies.size, count, "every message reached the provider");
    const doubled = [...copies.values()].filter((times) => times > 1).length;
    assert.equal(doubled, 0, "none was sent twice");
    assert.equal(ends.get("delivered"), count, "every message was delivered");
    const goneOn = ((firstAt ?? 0) - onAt) / 1000;
    return `switch-off to the last send ${lastAfter.toFixed(1)} s, lift to the next send ${goneOn.toFixed(1)} s; ${count} messages: ${waiting.length} waited, ${count} delivered, ${doubled} doubled`;
  } finally {
    await laptop.stop();
  }
}

/** When the provider took each text, by the cloud's clock. */
function sentAt(laptop: Laptop): number[] {
  return laptop.carriers.handsets
    .truth()
    .texts.filter(({ direction }) => direction !== "inbound")
    .map(({ createdAt }) => createdAt);
}
