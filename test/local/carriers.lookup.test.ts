import { PinpointClient } from "@aws-sdk/client-pinpoint";
import { describe, expect, test } from "vitest";
import { pinpointProvider } from "../../functions/providers/pinpoint.provider.ts";
import type { Provider } from "../../functions/providers/provider.ts";
import { twilioProvider } from "../../functions/providers/twilio.provider.ts";
import { accountSid, authToken, aWorld } from "./carriers.fixture.ts";

const providersAt: Readonly<Record<string, (url: string) => Provider>> = {
  "Twilio's Lookup": (url) => twilioProvider({ accountSid, authToken, baseUrl: url, lookupUrl: url }),
  "Pinpoint's PhoneNumberValidate": (url) =>
    pinpointProvider(
      new PinpointClient({
        region: "us-east-1",
        endpoint: url,
        maxAttempts: 1,
        credentials: { accessKeyId: "local", secretAccessKey: "local" },
      }),
    ),
};

describe.each(Object.entries(providersAt))("%s", (_, providerAt) => {
  test("knows what a phone is by its switches, and else by the numbering plan", async () => {
    await using world = await aWorld();
    world.handsets.set("+13035550100", { landline: true });
    world.handsets.set("+12125550177", { voip: true });
    const provider = providerAt(world.carriers.url);
    const numbers = ["+13035550100", "+12125550177", "+12125550123", "+442079460018", "+447400123456"];
    const kinds = numbers.map(async (number) => provider.lookUp?.(number));
    expect(await Promise.all(kinds)).toEqual(
      ["landline", "voip", "mobile", "landline", "mobile"].map((lineType) => ({ is: "known", lineType })),
    );
  });

  test("knows numbers that can be nobody's", async () => {
    await using world = await aWorld();
    expect(await providerAt(world.carriers.url).lookUp?.("+121255")).toEqual({ is: "invalid" });
  });

  test("says nothing when it is out, so that it is asked again", async () => {
    await using world = await aWorld();
    world.carriers.outages.set("twilio", "errors");
    world.carriers.outages.set("pinpoint", "errors");
    await expect(providerAt(world.carriers.url).lookUp?.("+12125550123")).rejects.toThrow(
      /503|Unavailable|Unknown/i,
    );
  });
});

test("the simulated Lookup tells the kind of line only to who asks for it, with credentials", async () => {
  await using world = await aWorld();
  const url = `${world.carriers.url}/v2/PhoneNumbers/%2B12125550123`;
  expect((await fetch(url)).status, "without credentials").toBe(401);
  const credentials = Buffer.from(`${accountSid}:${authToken}`).toString("base64");
  const headers = { authorization: `Basic ${credentials}` };
  const free = await (await fetch(url, { headers })).json();
  expect(free).toMatchObject({ phone_number: "+12125550123", valid: true, line_type_intelligence: null });
});
