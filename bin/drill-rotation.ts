import { strict as assert } from "node:assert";
import { copiesOf, crowdOf, endsOf, sendMany } from "./crowd.ts";
import { type Laptop, startLaptop } from "./laptop.ts";
import { apiOf, until } from "./story.ts";

const people = 40;
const count = 300;
/** Noon in New York on a working day. */
const noon = Date.UTC(2026, 10, 23, 17);

/** Changes the provider's token in the middle of a backlog: what it holds up, and what became of the messages. */
export async function drillRotation(tell: (text: string) => void): Promise<string> {
  const laptop = await startLaptop({ port: 0, now: noon });
  try {
    const api = apiOf(laptop);
    const ids = await sendMany(api, await crowdOf(api, people), count, "Parcel");
    await until(
      "a part of the backlog to be sent",
      () => sentAt(laptop).length,
      (sent) => sent > 60,
      60,
    );
    await laptop.rotateToken();
    const rotatedAt = laptop.cloud.clock.now();
    tell(`${sentAt(laptop).length} of ${count} messages were sent when the token was changed.`);
    const ends = await endsOf(api, ids, 240);
    const after = sentAt(laptop).filter((at) => at > rotatedAt);
    const pause = Math.max(...after.map((at, index) => at - (after[index - 1] ?? rotatedAt))) / 1000;
    const copies = copiesOf(laptop, "Parcel");
    assert.equal(copies.size, count, "every message reached the provider");
    const doubled = [...copies.values()].filter((times) => times > 1).length;
    assert.equal(doubled, 0, "none was sent twice");
    assert.equal(ends.get("delivered"), count, "every message was delivered, by callbacks of both tokens");
    return `token changed in flight: ${count} messages, ${after.length} after the change, longest pause ${pause.toFixed(1)} s; ${count} delivered, 0 failed, ${doubled} doubled`;
  } finally {
    await laptop.stop();
  }
}

/** When the provider took each text, by the cloud's clock. */
function sentAt(laptop: Laptop): number[] {
  return laptop.carriers.handsets
    .truth()
    .texts.filter(({ direction }) => direction !== "inbound")
    .map(({ createdAt }) => createdAt)
    .toSorted((one, other) => one - other);
}
