import { describe, expect, it } from "vitest";
import { areaCodeOf, isLocalNumber, phoneOf } from "../../functions/contacts/phone.ts";

describe("a phone number", () => {
  it.each([
    ["(212) 555-0123", "US", "+12125550123", "US", "unknown"],
    ["+1 416 555 0123", "US", "+14165550123", "CA", "unknown"],
    ["07400 123456", "GB", "+447400123456", "GB", "mobile"],
    ["+44 20 7946 0958", "US", "+442079460958", "GB", "landline"],
    ["0151 23456789", "DE", "+4915123456789", "DE", "mobile"],
    ["+91 98765 43210", "US", "+919876543210", "IN", "mobile"],
    ["+1 787 555 0123", "US", "+17875550123", "PR", "unknown"],
  ])("%s written in %s is %s", (written, home, number, country, lineType) => {
    expect(phoneOf(written, home)).toEqual({ number, country, lineType });
  });

  it.each(["", "STOP", "72345", "+1 212 555", "+999123456789", "call +1 212 555 0123 now"])(
    "%s is none",
    (written) => {
      expect(phoneOf(written, "US")).toBeUndefined();
    },
  );

  it("has an area code only in North America", () => {
    expect(areaCodeOf("+12125550123")).toBe("212");
    expect(areaCodeOf("+442079460958")).toBeUndefined();
  });

  it("is local where its calling code or a short code says so", () => {
    expect(isLocalNumber("+18885550100", "CA")).toBe(true);
    expect(isLocalNumber("72345", "US")).toBe(true);
    expect(isLocalNumber("+15005550006", "GB")).toBe(false);
  });
});
