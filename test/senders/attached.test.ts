import { describe, expect, it } from "vitest";
import { Attachment, attachedBytesLimit } from "../../functions/channels/attachment.ts";
import type { Fetched } from "../../functions/platform/guarded-get.ts";
import { attachedTo } from "../../functions/senders/attached.ts";

const anAttachment = (more: Partial<Attachment> = {}): Attachment => ({
  url: "https://files.example/invoice",
  name: "invoice.pdf",
  ...more,
});
const file = (length: number, contentType?: string): Fetched => ({
  is: "file",
  bytes: Buffer.alloc(length),
  ...(contentType && { contentType }),
});

describe("the files of an e-mail", () => {
  it("are what their server says they are, without its parameters, unless the business knows better", async () => {
    const typeOf = async (header: string | undefined, more: Partial<Attachment> = {}) => {
      const attached = await attachedTo([anAttachment(more)], async () => file(1, header));
      return attached.are === "there" ? attached.files[0]?.contentType : attached.reason;
    };
    expect(await typeOf("application/pdf")).toBe("application/pdf");
    expect(await typeOf("text/csv; charset=utf-8")).toBe("text/csv");
    expect(await typeOf("nonsense")).toBeUndefined();
    expect(await typeOf(undefined)).toBeUndefined();
    expect(await typeOf("text/plain", { contentType: "text/calendar" })).toBe("text/calendar");
  });

  it("share one limit", async () => {
    const asked: number[] = [];
    const attached = await attachedTo([anAttachment(), anAttachment()], async (_, most) => {
      asked.push(most);
      return file(1_000);
    });
    expect(attached).toMatchObject({ are: "there" });
    expect(asked).toEqual([attachedBytesLimit, attachedBytesLimit - 1_000]);
  });

  it.each<[Fetched, string, boolean]>([
    [{ is: "too-large" }, "attachments-too-large", true],
    [{ is: "answered", status: 404 }, "attachment-not-found", true],
    [{ is: "answered", status: 302 }, "attachment-not-found", true],
    [{ is: "answered", status: 429 }, "attachment-unavailable", false],
    [{ is: "answered", status: 503 }, "attachment-unavailable", false],
    [{ is: "failed", reason: "timeout" }, "attachment-unavailable", false],
    [{ is: "failed", reason: "forbidden-address" }, "attachment-forbidden", true],
  ])("are missed for now or for good: %j is %s, lasting %s", async (fetched, reason, isLasting) => {
    expect(await attachedTo([anAttachment()], async () => fetched)).toEqual({
      are: "missing",
      reason,
      isLasting,
    });
  });

  it.each([
    ["invoice.pdf", true],
    ["Rechnung Nr. 7 (ü).pdf", true],
    ["no ending", true],
    ["../../etc/passwd", false],
    ["a\r\nContent-Type: text/html", false],
    ["a\u202Egpj.exe", false],
    ["setup.exe", false],
    ["SETUP.EXE ", false],
    ["letter.pdf.js", false],
  ])("are called %j: %s", (name, isFine) => {
    expect(Attachment.safeParse(anAttachment({ name })).success).toBe(isFine);
  });

  it("come from where everybody could fetch them", () => {
    const isFine = (url: string) => Attachment.safeParse(anAttachment({ url })).success;
    expect(isFine("https://files.example/a?b=1")).toBe(true);
    for (const url of [
      "http://files.example/a",
      "https://10.0.0.1/a",
      "https://[::1]/a",
      "https://user:secret@files.example/a",
      "file:///etc/passwd",
      "http://127.0.0.1/a",
    ])
      expect(isFine(url), url).toBe(false);
  });
});
