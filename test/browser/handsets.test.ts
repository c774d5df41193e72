import { existsSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { apiOf, type Json, until } from "../../bin/story.ts";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  existsSync,
);
const isRequired = process.env["HELIOGRAPH_BROWSER"] === "required";
if (!executablePath && !isRequired)
  console.warn("No Chromium found: the tests in a real browser are skipped.");

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const ada = "+12125550161";

describe.skipIf(!executablePath && !isRequired)("the handsets page in a real browser", () => {
  let laptop: Laptop;
  let browser: Browser;
  let page: Page;
  let contactId = "";
  const wrong: string[] = [];

  beforeAll(async () => {
    laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: quiet });
    page = await (await browser.newContext()).newPage();
    page.on("pageerror", ({ message }) => wrong.push(message));
    const device = {
      kind: "device",
      value: `handset-${ada.slice(1)}`,
      platform: "apns",
      permission: "granted",
    };
    const addresses = [{ kind: "phone", value: ada, lineType: "mobile" }, device];
    contactId = (await apiOf(laptop).post("/v1/contacts", { timeZone: "America/New_York", addresses })).body
      .id;
    await page.goto(`${laptop.url}/handsets`);
  });

  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
  });

  const send = (category: string, text: string) =>
    apiOf(laptop).post("/v1/messages", { contactId, category, content: { text } });
  const phone = () => page.getByRole("article", { name: "+1 212 555 0161" });

  it("opens a notification, and the message is read", async () => {
    const { body } = await send("delivery-update", "Your parcel arrives today.");
    // A notification slides in: Playwright waits until it stands still.
    await phone()
      .getByRole("list", { name: "Notifications" })
      .getByRole("button", { name: /^(?!Dismiss).*Your parcel/s })
      .click();
    const message = async () => (await apiOf(laptop).get(`/v1/messages/${body.id}`)).body;
    const read = await until("the message to be read", message, ({ status }) => status === "read");
    expect(read.attempts).toHaveLength(1);
  });

  it("shows a message as it arrives, and takes the answer to the contact's timeline", async () => {
    await send("appointment", "See you on Tuesday at 10?");
    await phone().getByText("See you on Tuesday at 10?").waitFor();
    await phone()
      .getByRole("textbox", { name: /Answer/ })
      .fill("Yes, see you then");
    await phone().getByRole("button", { name: "Send" }).click();
    const timeline = async () => (await apiOf(laptop).get(`/v1/contacts/${contactId}/timeline`)).body.entries;
    const entries = await until("the answer on the timeline", timeline, (all: Json[]) =>
      all.some(({ direction }) => direction === "in"),
    );
    expect(entries.find(({ direction }: Json) => direction === "in")).toMatchObject({
      text: "Yes, see you then",
      meaning: "text",
      senderId: "us-number",
    });
  });

  it("has STOP answered once, on the phone", async () => {
    await phone().getByRole("button", { name: "STOP" }).click();
    await phone().getByText("you are unsubscribed").waitFor();
    expect(await phone().getByText("you are unsubscribed").count()).toBe(1);
  });

  it("can be used by everybody: no accessibility rule is broken", async () => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  });

  it("fits a phone's screen without scrolling sideways", async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it("raises no error in the page", () => {
    expect(wrong).toEqual([]);
  });
});
