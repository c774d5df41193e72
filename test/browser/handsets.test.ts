import { existsSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
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
  let mailboxId = "";
  const wrong: string[] = [];

  beforeAll(async () => {
    laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
    browser = await chromium.launch({ executablePath: executablePath ?? "", args: quiet });
    // Colours are judged where they have settled, not while something fades in.
    page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
    page.on("pageerror", ({ message }) => wrong.push(message));
    const device = {
      kind: "device",
      value: `handset-${ada.slice(1)}`,
      platform: "apns",
      permission: "granted",
    };
    const mailbox = { kind: "email", value: `handset-${ada.slice(1)}@example.com` };
    const addresses = [{ kind: "phone", value: ada, lineType: "mobile" }, device, mailbox];
    const { body } = await apiOf(laptop).post("/v1/contacts", { timeZone: "America/New_York", addresses });
    contactId = body.id;
    mailboxId = body.addresses[2].id;
    await page.goto(`${laptop.url}/handsets`);
  });

  afterAll(async () => {
    await browser?.close();
    await laptop?.stop();
  });

  afterEach(() =>
    page.evaluate(() => document.querySelector("dialog[open]")?.querySelector("form")?.requestSubmit()),
  );

  const send = (category: string, text: string) =>
    apiOf(laptop).post("/v1/messages", { contactId, category, content: { text } });
  const phone = () => page.getByRole("article", { name: "+1 212 555 0161" });

  it("opens a notification, and the message is read", async () => {
    const { body } = await send("delivery-update", "Your parcel arrives today.");
    // A notification slides in: Playwright waits until it stands still.
    await phone()
      .getByRole("list", { name: "Notifications" })
      .getByRole("button", { name: /^(?!Dismiss|Why).*Your parcel/s })
      .click();
    const message = async () => (await apiOf(laptop).get(`/v1/messages/${body.id}`)).body;
    const read = await until("the message to be read", message, ({ status }) => status === "read");
    expect(read.attempts).toHaveLength(1);
  });

  it("shows a notification's picture, badge and buttons, and presses one", async () => {
    const actions = [
      { id: "shed", title: "Leave it in the shed" },
      { id: "later", title: "Later" },
    ];
    const push = { image: `${laptop.url}/handsets/icon.svg`.replace("http:", "https:"), badge: 2, actions };
    const content = { text: "Nobody was at home.", push };
    const { body } = await apiOf(laptop).post("/v1/messages", {
      contactId,
      category: "delivery-update",
      content,
    });
    const card = phone().getByRole("listitem").filter({ hasText: "Nobody was at home." });
    await card.getByRole("button", { name: "Later" }).waitFor();
    expect(await card.locator(".badge").innerText()).toBe("2");
    expect(await card.locator("img").getAttribute("src")).toBe(push.image);
    expect(await broken()).toEqual([]);
    await card.getByRole("button", { name: "Leave it in the shed" }).click();
    const message = async () => (await apiOf(laptop).get(`/v1/messages/${body.id}`)).body;
    const read = await until("the button to be known", message, ({ status }) => status === "read");
    expect(read.timeline.at(-1)).toMatchObject({ what: "read", reason: "action: shed" });
  });

  it("lets time pass: an unseen notification is followed by its text, and says why", async () => {
    laptop.carriers.handsets.set(ada, { appOff: true });
    const { body } = await send("delivery-update", "Your parcel waits behind the shed.");
    const attempts = async () => (await apiOf(laptop).get(`/v1/messages/${body.id}`)).body.attempts;
    await until(
      "the notification to be taken",
      attempts,
      ([first]: Json[]) => first?.status === "provider-accepted",
    );
    const before = laptop.cloud.clock.now();
    await page.getByRole("button", { name: "Clock" }).click();
    await page.getByRole("button", { name: "+10 min" }).click();
    await phone()
      .getByRole("button", { name: /Why this text.*behind the shed/ })
      .waitFor();
    expect(laptop.cloud.clock.now() - before).toBeGreaterThanOrEqual(600_000);
    await page.getByLabel("Speed").selectOption("10");
    await until(
      "time to run",
      () => laptop.cloud.clock.speed(),
      (speed) => speed === 10,
    );
    expect(await broken()).toEqual([]);
    await page.getByLabel("Speed").selectOption("1");
    await page.keyboard.press("Escape");
    await phone()
      .getByRole("button", { name: /Why this text.*behind the shed/ })
      .click();
    const reason = "Step 2 of 2: sms, because push was not confirmed within 60 seconds.";
    const told = () => page.locator("#story").innerText();
    await until("the reason for the second step", told, (text) => text.includes(reason));
    await page.keyboard.press("Escape");
    laptop.carriers.handsets.set(ada, { appOff: false });
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

  it("explains why a text came on this channel and now, as the API knows it", async () => {
    const { messages } = (await apiOf(laptop).get(`/v1/messages?contactId=${contactId}&limit=100`)).body;
    const { id } = messages.find(({ category }: Json) => category === "appointment");
    // A receipt may come after the answer of somebody who is quick.
    await until(
      "the receipt",
      async () => (await apiOf(laptop).get(`/v1/messages/${id}`)).body.status,
      (status) => status === "delivered",
    );
    await phone()
      .getByRole("button", { name: /Why this text.*See you on Tuesday/ })
      .click();
    const story = page.getByRole("dialog", { name: "Why this text, why now?" });
    await story.getByText("Step 1: sms has the most points of all open ways.").waitFor();
    await story.getByText("No quiet hours, cap or switch made it wait.").waitFor();
    const chosen = story.getByRole("listitem").filter({ hasText: "chosen" });
    expect(await chosen.first().textContent()).toMatch(/sms from us-number.*points.*urgency: urgency 1/);
    expect(await story.getByText("delivered, attempt 1").count()).toBe(1);
    expect(await broken()).toEqual([]);
    await story.getByRole("button", { name: "Close" }).click();
  });

  it("shows an e-mail in a frame where nothing runs, and its button unsubscribes", async () => {
    const consent = { addressId: mailboxId, purpose: "marketing", state: "in", method: "web-form" };
    await apiOf(laptop).post(`/v1/contacts/${contactId}/consents`, consent);
    const html = "<script>top.document.title = 'mine'</script><h1>We have news</h1>";
    const content = { text: "We have news", subject: "News for Ada", html };
    await apiOf(laptop).post("/v1/messages", { contactId, category: "newsletter", content });
    await phone()
      .getByRole("list", { name: "E-mails" })
      .getByRole("button", { name: /News for Ada/ })
      .click();
    const mail = page.getByRole("dialog", { name: "News for Ada" });
    await mail.frameLocator("iframe").getByText("We have news").waitFor();
    expect(await page.title()).toBe("Handsets · Heliograph");
    expect(await broken()).toEqual([]);
    await mail.getByRole("button", { name: "Unsubscribe" }).click();
    await mail.getByText("Unsubscribed", { exact: true }).waitFor();
    const { states } = (await apiOf(laptop).get(`/v1/contacts/${contactId}/consents`)).body;
    expect(states).toContainEqual(
      expect.objectContaining({ addressId: mailboxId, purpose: "marketing", state: "out" }),
    );
    await mail.getByRole("button", { name: "Why?" }).click();
    await page
      .getByRole("dialog", { name: "Why this e-mail, why now?" })
      .getByText("Step 1: email")
      .waitFor();
    await page
      .getByRole("dialog", { name: "Why this e-mail, why now?" })
      .getByRole("button", { name: "Close" })
      .click();
  });

  it("lets no other site turn the clock", async () => {
    const headers = { "sec-fetch-site": "cross-site" };
    const answer = await fetch(`${laptop.url}/_local/clock`, {
      method: "POST",
      headers,
      body: '{"speed":60}',
    });
    expect(answer.status).toBe(403);
    expect(laptop.cloud.clock.speed()).toBe(1);
  });

  it("can be used by everybody: no accessibility rule is broken", async () => {
    expect(await broken()).toEqual([]);
  });

  it("fits a phone's screen without scrolling sideways, its clock and its explanations, too", async () => {
    await page.setViewportSize({ width: 390, height: 780 });
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "Clock" }).click();
    expect(await inSight("#clock-sheet")).toBe(true);
    await page.keyboard.press("Escape");
    await phone()
      .getByRole("button", { name: /Why this text.*behind the shed/ })
      .click();
    await page.getByText("What happened").waitFor();
    expect(await inSight("#story-dialog")).toBe(true);
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await broken()).toEqual([]);
    await page.getByRole("button", { name: "Close" }).click();
  });

  const broken = async () => {
    // What an e-mail shows is not the page's own, and nothing runs in its frame, the checker neither.
    const { violations } = await new AxeBuilder({ page }).exclude("iframe").analyze();
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
  };
  const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const inSight = async (selector: string) => {
    const box = await page.locator(selector).boundingBox();
    return box !== null && box.x >= 0 && box.x + box.width <= 390 && box.y >= 0 && box.y + box.height <= 780;
  };

  it("raises no error in the page", () => {
    expect(wrong).toEqual([]);
  });
});
