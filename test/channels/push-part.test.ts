import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DeepLink, PushPart } from "../../functions/channels/push-part.ts";
import { fieldsOf } from "../../functions/platform/problem.ts";

const action = { id: "track", title: "Track it" };
const wrongIn = (part: object) => {
  const { error } = PushPart.safeParse(part);
  return error ? fieldsOf(error).map(({ field }) => field) : [];
};

describe("what a notification has beyond its text", () => {
  it("is a picture, buttons, a place in the app, a badge and a collapse id", () => {
    const part = {
      image: "https://a.example/parcel.png",
      actions: [action, { id: "later", title: "Later", link: "northwind://later" }],
      deepLink: "northwind://orders/1?from=push",
      badge: 0,
      collapseId: "order-1",
    };
    expect(PushPart.parse(part)).toEqual(part);
  });

  it.each([
    ["a picture that is not on the web", { image: "http://a.example/1.png" }, "image"],
    ["four buttons", { actions: ["a", "b", "c", "d"].map((id) => ({ ...action, id })) }, "actions"],
    ["two buttons of one id", { actions: [action, action] }, "actions"],
    ["a button without words", { actions: [{ id: "track", title: "" }] }, "actions.0.title"],
    ["an id that is no word", { actions: [{ ...action, id: "Track it" }] }, "actions.0.id"],
    ["less than nothing on the icon", { badge: -1 }, "badge"],
    ["a collapse id of 65 letters", { collapseId: "x".repeat(65) }, "collapseId"],
    ["a collapse id that would end a header", { collapseId: "a\r\nb" }, "collapseId"],
    ["something that nobody knows", { sound: "bell" }, "sound"],
  ])("is never %s", (_, part, field) => {
    expect(wrongIn(part)).toEqual([field]);
  });

  it.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "file:///etc/passwd",
    "http://a.example/",
    "JavaScript:x",
  ])("never leads to %s", (link) => {
    expect(DeepLink.safeParse(link).success).toBe(false);
  });

  it("leads to any app's own scheme", () => {
    const scheme = fc
      .stringMatching(/^[a-z][a-z0-9+.-]{3,20}$/)
      .filter((one) => one !== "file" && one !== "data");
    const known = new Set(["javascript", "vbscript", "blob", "about", "http"]);
    fc.assert(
      fc.property(scheme, (name) => {
        expect(DeepLink.safeParse(`${name}://orders/1`).success).toBe(!known.has(name));
      }),
    );
  });
});
