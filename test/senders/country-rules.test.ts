import { describe, expect, it } from "vitest";
import { alphanumericSupport } from "../../functions/senders/country-rules.ts";

describe("alphanumeric senders", () => {
  it.each([
    ["US", "no"],
    ["CA", "no"],
    ["DE", "yes"],
    ["GB", "registration-required"],
    ["IN", "registration-required"],
  ])("in %s: %s", (country, support) => {
    expect(alphanumericSupport(country)).toBe(support);
  });

  it("are a matter for the provider where we know nothing", () => {
    expect(alphanumericSupport("ZZ")).toBe("conflict");
  });
});
