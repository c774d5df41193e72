import { describe, expect, it } from "vitest";
import type { Contact } from "../../functions/contacts/contact.ts";
import type { Look } from "../../functions/platform/aws.store.ts";
import { verdictOn } from "../../functions/senders/verdict.ts";
import { business } from "../../heliograph.config.ts";
import { aContact, noon } from "../make.ts";
import { aQueuedMessage, aWorld } from "./deliver.fixture.ts";

const hour = 3_600_000;
const contact = aContact();
const quiet = aContact({
  preferences: { ...contact.preferences, quietHours: { from: "00:00", to: "23:59" } },
});

/** Somebody as they were a moment ago and as they are now, and how often each was asked for. */
async function delivered(older: Contact | undefined, newest: Contact | undefined) {
  const looks: (Look | undefined)[] = [];
  const find = async (_: string, look?: Look) => {
    looks.push(look);
    return look === "a-moment-ago" ? older : newest;
  };
  const world = aWorld({ more: { contacts: { find } } });
  await world.deliver();
  return { world, looks };
}

describe("an attempt whose turn has come", () => {
  const message = aQueuedMessage();
  const [attempt] = message.attempts;
  if (!attempt) throw new Error("nothing was decided");
  const category = business.categories.find(({ id }) => id === message.category);

  it("goes, waits or ends by what is known of the person, the category and the time", () => {
    const given = { message, attempt, contact, category };
    const at = (now: number, more: object = {}) => verdictOn({ ...given, ...more }, business, now);
    expect(at(noon)).toMatchObject({ is: "go", contact, category });
    expect(at(noon, { contact: undefined })).toEqual({ is: "end", reason: "contact-missing" });
    expect(at(noon, { category: undefined })).toEqual({ is: "end", reason: "category-missing" });
    expect(at(message.expiresAt)).toEqual({ is: "end", reason: "expired" });
    const unwanted = aContact({
      preferences: { ...contact.preferences, categories: { [message.category]: [] } },
    });
    expect(at(noon, { contact: unwanted }).is).toBe("close");
    expect(at(noon + 10 * hour, { message: { ...message, expiresAt: noon + 24 * hour } })).toMatchObject({
      is: "wait",
      reason: expect.stringContaining("quiet-hours"),
    });
  });

  it("goes by what was known of the person a moment ago, for half the price", async () => {
    const { world, looks } = await delivered(contact, contact);
    expect(world.calls).toHaveLength(1);
    expect(looks).toEqual(["a-moment-ago"]);
  });

  it.each([
    { what: "had not been there", older: undefined },
    { what: "had another address", older: aContact({ addresses: [] }) },
    { what: "wanted their peace", older: quiet },
  ])("goes to somebody who $what a moment ago and can be written to now", async ({ older }) => {
    const { world, looks } = await delivered(older, contact);
    expect(world.calls).toHaveLength(1);
    expect(looks).toEqual(["a-moment-ago", undefined]);
  });
});
