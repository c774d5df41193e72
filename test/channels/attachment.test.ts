import { describe, expect, it } from "vitest";
import { Attachment } from "../../functions/channels/attachment.ts";
import { fieldsOf } from "../../functions/platform/problem.ts";

const file = { url: "https://shop.example/a.pdf", name: "a.pdf" };
const fieldsIn = (value: object) => {
  const read = Attachment.safeParse(value);
  return read.success ? [] : fieldsOf(read.error).map(({ field }) => field);
};

describe("a file of an e-mail", () => {
  it("is where everybody could fetch it, and is called by a name", () => {
    expect(fieldsIn(file)).toEqual([]);
  });

  it.each([
    "",
    "c",
    "+12125550123",
    "/a.pdf",
    "http://shop.example/a.pdf",
    "https://10.0.0.1/a.pdf",
    "ftp://x.example/a",
  ])("is refused by its address, and by nothing worse: %j", (url) => {
    expect(new Set(fieldsIn({ ...file, url }))).toEqual(new Set(["url"]));
  });

  it("is refused for a field that nobody knows, also when that has no name", () => {
    expect(fieldsIn({ ...file, "": 1, more: 2 })).toEqual(['""', "more"]);
  });
});
