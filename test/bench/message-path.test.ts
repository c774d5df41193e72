import { afterAll, expect, it } from "vitest";
import { type MessagePath, openMessagePath } from "../../bench/speed/message-path.ts";

const count = 25;
let path: MessagePath | undefined;
afterAll(() => path?.stop());

it("takes messages through the shipped functions to their second receipt, with what stands in for AWS knowing every call", async () => {
  path = await openMessagePath();
  // It throws where a function fails, and functions fail where a call is not known.
  await path.send(count);
  const { SendMessage = 0, PutItem = 0 } = await path.calls();
  // Each is queued for its sender, and so are its two receipts.
  expect(SendMessage).toBe(3 * count);
  // Accepted, begun, delivered, and once its gate.
  expect(PutItem).toBeGreaterThanOrEqual(3 * count);
}, 60_000);
