import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Laptop, startLaptop } from "../../bin/laptop.ts";
import { type Api, apiOf, type Json, until } from "../../bin/story.ts";
import type { Switches } from "../../local/carriers/handset.ts";
import { oneClickUrl } from "../../local/carriers/mail-message.ts";
import { hangUp, listen } from "../../local/listen.ts";

let laptop: Laptop;
let api: Api;
let people = 0;
let mailbox: string;
let person: Json;

beforeAll(async () => {
  laptop = await startLaptop({ port: 0, now: Date.UTC(2026, 10, 23, 17) });
  api = apiOf(laptop);
}, 400_000);
afterAll(() => laptop.stop());

/** Every story has a person of its own. */
beforeEach(async () => {
  people += 1;
  mailbox = `ada-${people}@example.com`;
  const addresses = [{ kind: "email", value: mailbox }];
  const { body } = await api.post("/v1/contacts", { name: "Ada", timeZone: "America/New_York", addresses });
  person = body;
});

const receipt = { text: "Thank you.", subject: "Your receipt", html: "<h1>Thank you</h1>" };
const news = { text: "We have news.", subject: "News", html: "<p>We have <b>news</b>.</p>" };

async function send(category: string, content: Json): Promise<Json> {
  return (await api.post("/v1/messages", { contactId: person.id, category, content })).body;
}

const become = (id: string, ...statuses: string[]): Promise<Json> =>
  until(
    `${id} to be ${statuses.join(" or ")}`,
    async () => (await api.get(`/v1/messages/${id}`)).body,
    ({ status }) => statuses.includes(status),
  );

const mails = () => laptop.carriers.handsets.mailsOf(mailbox);
const turn = (change: Partial<Switches>) => laptop.carriers.handsets.set(mailbox, change);
const consents = async (): Promise<Json> => (await api.get(`/v1/contacts/${person.id}/consents`)).body;

async function optIn(): Promise<void> {
  const { status } = await api.post(`/v1/contacts/${person.id}/consents`, {
    addressId: person.addresses[0].id,
    purpose: "marketing",
    state: "in",
    method: "web-form",
  });
  expect(status).toBe(201);
}

const marketingIs = (state: string): Promise<Json> =>
  until(`marketing to be ${state}`, consents, ({ states }) =>
    states.some((one: Json) => one.purpose === "marketing" && one.state === state),
  );

describe("an e-mail", () => {
  it("goes from the API to the mailbox with its subject, text and HTML, and its delivery comes back", async () => {
    const { id } = await send("receipt", receipt);
    const message = await become(id, "delivered");
    expect(message.attempts).toMatchObject([
      { channel: "email", senderId: "mail", status: "delivered", addressId: person.addresses[0].id },
    ]);
    expect(mails()).toMatchObject([
      {
        ...receipt,
        state: "arrived",
        from: { name: "Northwind", address: "hello@mail.northwind.example" },
        replyTo: ["help@northwind.example"],
        configurationSet: "heliograph-prod-transactional",
      },
    ]);
    expect(mails()[0]?.headers, "what people need is no list that they could leave").toEqual([]);
  });

  it("whose reply was lost is known by its events, and is not sent again", async () => {
    turn({ loseReply: true, once: true });
    const { id } = await send("receipt", receipt);
    await become(id, "delivered");
    expect(mails()).toHaveLength(1);
  });

  it("of the page about e-mail goes as it is printed, by itself and by its template", async () => {
    const page = readFileSync(new URL("../../docs/email.md", import.meta.url), "utf8");
    const [message, withFile, template] = [...page.matchAll(/```json\n(.*?)```/gs)].map(([, json]) =>
      JSON.parse(json ?? ""),
    );
    const { externalId: _externalId, ...asked } = message;
    const sent = (await api.post("/v1/messages", { ...asked, contactId: person.id })).body;
    await become(sent.id, "delivered");
    // Nobody is there to give the file away: it is only looked at.
    const { externalId: _other, ...looked } = withFile;
    const seen = await api.post("/v1/messages/preview", { ...looked, contactId: person.id });
    expect([seen.status, seen.body.now?.is]).toEqual([200, "send"]);
    expect((await api.put("/v1/templates/welcome", template)).status).toBe(200);
    await optIn();
    const variables = { name: "<Ada>", shop: "https://northwind.example/shop?a=1&b=2" };
    const written = { contactId: person.id, category: "newsletter", template: { id: "welcome", variables } };
    await become((await api.post("/v1/messages", written)).body.id, "delivered");
    const mail = mails().at(-1);
    const url = mail && oneClickUrl(mail);
    expect(mail).toMatchObject({
      subject: "Welcome, <Ada>",
      text: expect.stringContaining(`No more of this: ${url}`),
    });
    expect(mail?.html).toContain("<p>Hi &lt;Ada&gt;,</p>");
    expect(mail?.html).toContain('href="https://northwind.example/shop?a=1&amp;b=2"');
    expect(mail?.html?.match(/unsubscribe/g), "no line below what has its place").toHaveLength(1);
  });

  it("without a subject is none: the way is closed with that reason", async () => {
    const message = await send("receipt", { text: "Thank you." });
    expect(message).toMatchObject({
      status: "suppressed",
      considered: expect.arrayContaining([expect.objectContaining({ reason: "subject-missing" })]),
    });
  });
});

describe("a file that goes along", () => {
  let files: Server;
  let url: string;
  let status = 200;
  beforeAll(async () => {
    files = createServer((_, response) =>
      response.writeHead(status, { "content-type": "application/pdf" }).end("%PDF-1.7 of Ada"),
    );
    url = `${await listen(files)}/invoice`;
  });
  afterAll(() => hangUp(files));
  const invoice = () => ({ ...receipt, attachments: [{ url, name: "invoice.pdf" }] });

  it("is fetched when the e-mail is sent, and comes to the mailbox as it is", async () => {
    const { id } = await send("receipt", invoice());
    await become(id, "delivered");
    const content = Buffer.from("%PDF-1.7 of Ada").toString("base64");
    expect(mails()).toMatchObject([
      { attachments: [{ name: "invoice.pdf", contentType: "application/pdf", content }] },
    ]);
  });

  it("keeps the e-mail waiting while its server is out, and from going when it is gone for good", async () => {
    status = 503;
    const { id } = await send("receipt", invoice());
    const message = async () => (await api.get(`/v1/messages/${id}`)).body;
    await until("the e-mail to wait", message, ({ timeline }) =>
      timeline.some(({ reason }: Json) => reason === "attachment-unavailable"),
    );
    expect(mails()).toEqual([]);
    status = 404;
    laptop.cloud.clock.advance(120_000);
    const ended = await until(
      "the e-mail to end",
      message,
      ({ attempts }) => attempts.at(-1)?.reason === "attachment-not-found",
    );
    expect(ended.attempts.at(-1)).toMatchObject({ channel: "email", status: "refused" });
    expect(mails()).toEqual([]);
  });

  it("is refused by its name when nobody would take it, and the field says which one", async () => {
    const attachments = [
      { url, name: "invoice.pdf" },
      { url, name: "setup.exe" },
    ];
    const body = await send("receipt", { ...receipt, attachments });
    expect(body).toMatchObject({ status: 400, errors: [{ field: "content.attachments.1.name" }] });
    const { subject: _subject, html: _html, ...text } = { ...receipt, attachments: [{ url, name: "a.pdf" }] };
    expect(await send("receipt", text)).toMatchObject({ errors: [{ field: "content.subject" }] });
  });
});

describe("marketing by e-mail", () => {
  it("ends with one click, and the next one is not sent; a look at the link ends nothing", async () => {
    await optIn();
    await become((await send("newsletter", news)).id, "delivered");
    const [mail] = mails();
    const url = mail && oneClickUrl(mail);
    if (!mail || !url) throw new Error("The e-mail has no one-click header");
    expect(mail.configurationSet).toBe("heliograph-prod-marketing");
    expect(mail.text).toContain(`Unsubscribe: ${url}`);
    expect(mail.html).toContain(`<a href="${url}">Unsubscribe</a>`);

    const page = await fetch(url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await page.text()).toContain('<form method="post">');
    const inGerman = await fetch(url, { headers: { "accept-language": "de-AT,de;q=0.9,en;q=0.5" } });
    expect(await inGerman.text()).toMatch(/<html lang="de">.*<button>Abmelden<\/button>/s);
    expect((await consents()).states).toMatchObject([{ purpose: "marketing", state: "in" }]);

    expect(await laptop.carriers.handsets.unsubscribe(mail.id)).toMatchObject({ unsubscribed: "done" });
    expect(await marketingIs("out")).toMatchObject({
      ledger: [{ state: "out", method: "unsubscribe-link", actor: "contact" }, { state: "in" }],
    });
    await laptop.carriers.handsets.unsubscribe(mail.id);
    expect((await consents()).ledger, "asked again, it is written once").toHaveLength(2);

    const next = await send("newsletter", news);
    expect(next).toMatchObject({ status: "suppressed", reason: "opted-out" });
    await become((await send("receipt", receipt)).id, "delivered");
    expect(mails().map(({ subject }) => subject)).toEqual(["News", "Your receipt"]);
  });

  it("cannot be ended by a guess", async () => {
    await optIn();
    await become((await send("newsletter", news)).id, "delivered");
    const url = oneClickUrl(mails()[0] ?? { headers: [] }) ?? "";
    const last = url.endsWith("A") ? "B" : "A";
    for (const wrong of [
      url.slice(0, -1) + last,
      url.replace(".marketing.", ".otp."),
      url.replace(/adr_\w/, "adr_Z"),
    ]) {
      expect(wrong).not.toBe(url);
      expect((await fetch(wrong, { method: "POST" })).status).toBe(404);
    }
    expect((await consents()).states).toMatchObject([{ purpose: "marketing", state: "in" }]);
  });

  it("that somebody calls spam ends everything at that mailbox", async () => {
    await optIn();
    turn({ mailbox: "complains" });
    const { id } = await send("newsletter", news);
    await marketingIs("out");
    expect(await become(id, "delivered")).toMatchObject({ status: "delivered" });
    const { ledger } = await until("the complaint in the ledger", consents, (one) => one.ledger.length > 1);
    expect(ledger[0]).toMatchObject({ method: "provider-block", actor: "provider" });
    expect(await send("receipt", receipt)).toMatchObject({ status: "suppressed", reason: "opted-out" });
  });
});

describe("a mailbox", () => {
  it("that is gone is not written to again", async () => {
    turn({ mailbox: "gone" });
    const { id } = await send("receipt", receipt);
    const message = await become(id, "undelivered");
    expect(message.attempts).toMatchObject([
      { status: "undelivered", code: "Bounce/Permanent/General", reason: "bounced-for-good" },
    ]);
    // The message ends first, then its address is marked.
    const asked = { contactId: person.id, category: "receipt", content: receipt };
    await until(
      "the mailbox to be closed",
      async () => (await api.post("/v1/messages/preview", asked)).body,
      ({ now }) => now.is === "suppress",
    );
    expect(await send("receipt", receipt)).toMatchObject({ status: "suppressed", reason: "unreachable" });
  });

  it("that is full gets the next e-mail nevertheless", async () => {
    turn({ mailbox: "full" });
    const { id } = await send("receipt", receipt);
    expect(await become(id, "undelivered")).toMatchObject({ reason: "mailbox-full" });
    turn({ mailbox: "open" });
    await become((await send("receipt", receipt)).id, "delivered");
  });

  it("whose server asks for patience gets the e-mail later", async () => {
    turn({ mailbox: "slow" });
    const { id } = await send("receipt", receipt);
    await until("the server to ask", mails, ([mail]) => mail?.isDelayed === true);
    laptop.cloud.clock.advance(90_000);
    expect(await become(id, "delivered")).toMatchObject({ attempts: [{ status: "delivered" }] });
  });
});
