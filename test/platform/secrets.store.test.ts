import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { secretReader } from "../../functions/platform/secrets.store.ts";
import { type Secrets, startSecrets } from "../providers/webhook.fixture.ts";
import { noon } from "../make.ts";

const Key = z.object({ key: z.string().check(z.minLength(3)) });
const minutes = 60_000;

describe("a secret", () => {
  let secrets: Secrets;
  beforeEach(async () => {
    secrets = await startSecrets({ one: '{"key":"first"}' });
  });
  afterEach(() => secrets.stop());

  it("is read once in five minutes, however many ask at once", async () => {
    const read = secretReader();
    await Promise.all([read("one", Key, noon), read("one", Key, noon), read("one", Key, noon)]);
    expect(await read("one", Key, noon + 4 * minutes)).toEqual({ key: "first" });
    expect(secrets.asked).toEqual(["one"]);
  });

  it("is the new one five minutes after a rotation", async () => {
    const read = secretReader();
    await read("one", Key, noon);
    secrets.values["one"] = '{"key":"second"}';
    expect(await read("one", Key, noon + 5 * minutes)).toEqual({ key: "second" });
  });

  it("that was refused is read again, but no more than once a second", async () => {
    const read = secretReader();
    await read("one", Key, noon);
    secrets.values["one"] = '{"key":"second"}';
    expect(await read("one", Key, noon + 900, true)).toEqual({ key: "first" });
    expect(await read("one", Key, noon + 1000, true)).toEqual({ key: "second" });
    expect(await read("one", Key, noon + 1500)).toEqual({ key: "second" });
    expect(secrets.asked).toEqual(["one", "one"]);
  });

  it.each([
    ["is missing", undefined],
    ["is not JSON", "{"],
    ["is not what its schema says", '{"key":"x"}'],
  ])("that %s fails and is asked for again at once", async (_, value) => {
    const read = secretReader();
    if (value === undefined) delete secrets.values["one"];
    else secrets.values["one"] = value;
    await expect(read("one", Key, noon)).rejects.toBeInstanceOf(Error);
    secrets.values["one"] = '{"key":"mended"}';
    expect(await read("one", Key, noon + 1)).toEqual({ key: "mended" });
  });
});
