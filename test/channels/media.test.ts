import { describe, expect, it } from "vitest";
import { doubtsAbout, type Media, mistakesIn } from "../../functions/channels/media.ts";

const megabyte = 1024 * 1024;
const picture = (more: Partial<Media> = {}): Media => ({ url: "https://a.example/1.jpg", ...more });
const indexes = (all: readonly { index: number }[]) => all.map(({ index }) => index);

describe("the files of a picture message", () => {
  it.each([
    "image/jpeg",
    "image/png; charset=binary",
    "video/mp4",
    "audio/amr",
    "text/vcard",
    "text/calendar",
  ])("may be %s", (type) => expect(mistakesIn([picture({ type })])).toEqual([]));

  it.each(["image/webp", "image/svg+xml", "text/html", "application/zip", "application/json"])(
    "are never %s",
    (type) => {
      expect(mistakesIn([picture(), picture({ type })])).toEqual([
        { index: 1, message: `is ${type}, which picture messages do not carry` },
      ]);
    },
  );

  it("are judged by their names where a server does not say what it serves", () => {
    const webp = { url: "https://a.example/picture.WEBP?size=1" };
    expect(indexes(mistakesIn([webp]))).toEqual([0]);
    expect(indexes(mistakesIn([{ ...webp, type: "application/octet-stream" }]))).toEqual([0]);
    expect(mistakesIn([{ ...webp, type: "image/jpeg" }])).toEqual([]);
    expect(mistakesIn([{ url: "https://a.example/picture" }])).toEqual([]);
  });

  it("have five megabytes between them: the one that makes it more is named", () => {
    const two = picture({ bytes: 2 * megabyte });
    expect(mistakesIn([two, two, picture({ bytes: megabyte })])).toEqual([]);
    const over = mistakesIn([two, two, picture({ bytes: megabyte + 1 }), two]);
    expect(over).toEqual([{ index: 2, message: "makes more than 5 MB, all that a picture message takes" }]);
  });

  it("may be too much for a carrier, by what they come from", () => {
    const film = { url: "https://a.example/1.mp4", bytes: 1.1 * megabyte };
    expect(doubtsAbout([film], { kind: "10dlc" })).toEqual([
      { index: 0, message: "has 1.1 MB, which may be too much for AT&T (1 MB), Verizon (1 MB)" },
    ]);
    expect(doubtsAbout([film], { kind: "short-code" })[0]?.message).toContain(
      "AT&T (600 KB), T-Mobile (1 MB)",
    );
    expect(doubtsAbout([film], { kind: "toll-free" })[0]?.message).toContain("Verizon (600 KB)");
    expect(doubtsAbout([{ ...film, bytes: 500_000 }], { kind: "toll-free" })).toEqual([]);
  });

  it("are made smaller when they are pictures: no carrier finds them too large", () => {
    expect(doubtsAbout([picture({ bytes: 4 * megabyte })], { kind: "toll-free" })).toEqual([]);
  });
});
