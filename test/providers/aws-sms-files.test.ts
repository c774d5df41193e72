import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { loopbackGuard } from "../../functions/platform/guarded-call.ts";
import { awsClient } from "../../functions/platform/aws-client.ts";
import { type File, fileStore } from "../../functions/platform/files.store.ts";
import { bringingFiles, fileGetter, getAddress } from "../../functions/providers/aws-sms-files.ts";
import { hangUp, listen } from "../../local/listen.ts";
import { noon } from "../make.ts";
import { startRecorder } from "../platform/aws.fixture.ts";

const kilobyte = 1024;
const files: Readonly<Record<string, readonly [string, number]>> = {
  "/photo": ["image/png", 1_500 * kilobyte],
  "/photo.jpg": ["application/octet-stream", 10],
  "/large-photo": ["image/png", 2_049 * kilobyte],
  "/film": ["video/mp4", 600 * kilobyte],
  "/long-film": ["video/mp4", 601 * kilobyte],
  "/drawing": ["image/svg+xml", 10],
};
const asked: string[] = [];
let origin = "";
let stop: () => Promise<void>;
beforeAll(async () => {
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const [type, bytes] = files[url] ?? [];
    if (!type) return response.writeHead(404).end();
    return response.writeHead(200, { "content-type": type }).end(Buffer.alloc(bytes ?? 0, "x"));
  });
  origin = await listen(server);
  stop = () => hangUp(server);
});
afterAll(() => stop());
beforeEach(() => void asked.splice(0));

function aBucket(getFile = fileGetter(loopbackGuard)) {
  const kept: { key: string; file: File }[] = [];
  const clock = { at: noon, now: () => clock.at };
  const keepFile = async (key: string, file: File) => {
    kept.push({ key, file });
    return `s3://files/${key}`;
  };
  const bring = bringingFiles({ getFile, keepFile, clock });
  return { kept, clock, bring: (...paths: string[]) => bring(paths.map((path) => origin + path)) };
}

describe("the file of a picture message by AWS", () => {
  it("is brought into our bucket, named by what is in it, and once for all who get it", async () => {
    const bucket = aBucket();
    const first = await bucket.bring("/photo");
    expect(first).toEqual({
      is: "brought",
      mediaUrls: [expect.stringMatching(/^s3:\/\/files\/[0-9a-f]{64}$/)],
    });
    expect(await bucket.bring("/photo")).toEqual(first);
    expect(asked).toEqual(["/photo"]);
    bucket.clock.at += 5 * 60_000;
    expect(await bucket.bring("/photo")).toEqual(first);
    expect(bucket.kept).toHaveLength(2);
    for (const { file } of bucket.kept)
      expect(file).toMatchObject({ type: "image/png", bytes: { length: 1_500 * kilobyte } });
  });

  it.each(["/photo.jpg", "/film"])("is taken as far as AWS takes it: %s", async (path) => {
    expect(await aBucket().bring(path)).toMatchObject({ is: "brought" });
  });

  it.each([
    [["/large-photo"], "file-too-large"],
    [["/long-film"], "file-too-large"],
    [["/drawing"], "file-type-unsupported"],
    [["/gone"], "file-unreachable"],
    [["/photo", "/film"], "too-many-files"],
  ])("is refused before anything is sent: %j is %s", async (paths, reason) => {
    const bucket = aBucket();
    expect(await bucket.bring(...paths)).toEqual({ is: "refused", reason });
    expect(bucket.kept).toEqual([]);
  });

  it("is got from public addresses alone", async () => {
    expect(await aBucket(fileGetter()).bring("/photo")).toEqual({
      is: "refused",
      reason: "file-unreachable",
    });
    expect(asked).toEqual([]);
  });

  it("is not asked for on a laptop: its address stands in for it", async () => {
    const bucket = aBucket(getAddress);
    expect(await bucket.bring("/photo")).toMatchObject({ is: "brought" });
    expect(asked).toEqual([]);
    expect(String(bucket.kept[0]?.file.bytes)).toBe(`${origin}/photo`);
  });

  it("is put where S3 keeps it, with what was signed", async () => {
    const aws = await startRecorder();
    const keep = fileStore(awsClient({ environment: aws.environment }), "files");
    aws.answers.push((response) => response.end());
    expect(await keep("0a1b", { type: "text/vcard", bytes: Buffer.from("a card") })).toBe("s3://files/0a1b");
    expect(aws.arrived).toMatchObject([
      {
        path: "/files/0a1b",
        body: "a card",
        headers: {
          "content-type": "text/vcard",
          "content-length": "6",
          "x-amz-content-sha256": "da0d4b103341f3e6b5a9e1ee3ee34a2088e6db1b6d67613db33cd3eeefd2744b",
        },
      },
    ]);
    await aws.stop();
  });
});
