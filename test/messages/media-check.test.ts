import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { assertMedia, mediaWarnings, type MediaUsing } from "../../functions/messages/media-check.ts";
import { mediaInspector } from "../../functions/messages/media-inspector.ts";
import { loopbackGuard } from "../../functions/platform/guarded-call.ts";
import { Problem } from "../../functions/platform/problem.ts";
import { aCategory, aMessage, aSender, noon } from "../make.ts";
import { hangUp, listen } from "../../local/listen.ts";

const files: Readonly<Record<string, readonly [string, number]>> = {
  "/photo": ["image/jpeg", 3_000_000],
  "/film": ["video/mp4", 1_200_000],
  "/page": ["text/html", 1000],
};
const asked: string[] = [];
let origin: string;
let stop: () => Promise<void>;
beforeAll(async () => {
  const server = createServer(({ method, url = "" }, response) => {
    asked.push(`${method} ${url}`);
    const [type, bytes] = files[url] ?? [];
    if (!type) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": type, "content-length": String(bytes) }).end();
  });
  origin = await listen(server);
  stop = () => hangUp(server);
});
afterAll(() => stop());
beforeEach(() => void asked.splice(0));

let now = noon;
const using = (more: Partial<MediaUsing["business"]> = {}): MediaUsing => ({
  business: { categories: [aCategory()], senders: [aSender({ channels: ["sms", "mms"] })], ...more },
  inspectMedia: mediaInspector({ now: () => now }, loopbackGuard),
});
const withFiles = (...paths: string[]) =>
  aMessage({ content: { text: "Look", mediaUrls: paths.map((path) => origin + path) } });
const fieldsOf = async (work: Promise<void>) => {
  try {
    await work;
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors?.map(({ field }) => field);
  }
};

describe("files of a message that may go as a picture message", () => {
  it("are asked for by their heads, and what no picture message carries is named", async () => {
    expect(await fieldsOf(assertMedia(withFiles("/photo", "/film"), false, using()))).toEqual([]);
    expect(await fieldsOf(assertMedia(withFiles("/photo", "/page"), false, using()))).toEqual([
      "content.mediaUrls.1",
    ]);
    expect(await fieldsOf(assertMedia(withFiles("/photo", "/photo"), false, using()))).toEqual([
      "content.mediaUrls.1",
    ]);
    expect(new Set(asked.map((line) => line.split(" ")[0]))).toEqual(new Set(["HEAD"]));
  });

  it("of a template are the template's mistake", async () => {
    expect(await fieldsOf(assertMedia(withFiles("/page"), true, using()))).toEqual(["template"]);
  });

  it("are asked for once in five minutes, however many messages take them along", async () => {
    const one = using();
    for (let count = 0; count < 20; count += 1) await assertMedia(withFiles("/photo"), false, one);
    expect(asked).toHaveLength(1);
    now += 6 * 60_000;
    await assertMedia(withFiles("/photo"), false, one);
    expect(asked).toHaveLength(2);
  });

  it("that nobody can say anything of are left to the provider", async () => {
    expect(await fieldsOf(assertMedia(withFiles("/gone"), false, using()))).toEqual([]);
    const nowhere = aMessage({ content: { text: "Look", mediaUrls: ["http://127.0.0.1:59999/x"] } });
    expect(await fieldsOf(assertMedia(nowhere, false, using()))).toEqual([]);
    const inside = mediaInspector({ now: () => now }, { resolve: async () => ["10.0.0.7"] });
    expect(await inside("https://a.example/1.jpg")).toEqual({ url: "https://a.example/1.jpg" });
  });

  it("are nobody's business when no picture message can come of it", async () => {
    const [textOnly, noPictures] = [aCategory({ channels: ["sms"] }), aSender()];
    expect(await fieldsOf(assertMedia(withFiles("/page"), false, using({ categories: [textOnly] })))).toEqual(
      [],
    );
    expect(await fieldsOf(assertMedia(withFiles("/page"), false, using({ senders: [noPictures] })))).toEqual(
      [],
    );
    expect(asked).toEqual([]);
  });

  it("are warned of when a carrier may find them too large", async () => {
    const senders = [
      aSender({ channels: ["sms", "mms"] }),
      aSender({ id: "short", kind: "short-code", identity: "12345", channels: ["mms"] }),
    ];
    expect(await mediaWarnings(withFiles("/photo", "/film"), senders, using())).toMatchObject([
      { field: "content.mediaUrls.1", senderId: "us-number", message: expect.stringContaining("1.1 MB") },
      { field: "content.mediaUrls.1", senderId: "short", message: expect.stringContaining("T-Mobile") },
    ]);
  });
});
