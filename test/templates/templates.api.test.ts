import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Door, openDoor } from "../door.ts";

let door: Door;
let contactId = "";
beforeAll(async () => {
  door = await openDoor();
  const made = await door.ask("POST /v1/contacts", {
    name: "Ada",
    locale: "de-AT",
    timeZone: "Europe/Vienna",
    attributes: { tier: "gold" },
    addresses: [
      { kind: "phone", value: "+12125550301", lineType: "mobile" },
      { kind: "device", value: "handset-12125550301", platform: "fcm", permission: "granted" },
    ],
  });
  contactId = made.body.id;
});
afterAll(() => door.aws.stop());

const template = {
  defaultLocale: "en",
  locales: {
    en: { text: "{{brand.name}}: {{contact.name}}, your code is {{code}}." },
    de: {
      text: "{{brand.name}}: {{contact.name}}, dein Code ist {{code}}.",
      channels: { push: { title: "Code {{code}}", text: "Dein Code ist da." } },
    },
  },
  variables: { code: { type: "text", maxLength: 8, example: "123456" } },
};
const put = (id: string, body: object, headers = {}) => door.ask(`PUT /v1/templates/${id}`, body, headers);
const fieldsIn = (body: { errors?: { field: string }[] }) => body.errors?.map(({ field }) => field);

describe("a template", () => {
  it("has a version for each change, and none for what is the same", async () => {
    const first = await put("code", template);
    expect(first.body).toMatchObject({ id: "code", version: 1, createdBy: "key_test" });
    expect((await put("code", template)).body).toEqual(first.body);
    const other = { ...template, description: "For logins." };
    expect((await put("code", other)).body.version).toBe(2);
    expect((await door.ask("GET /v1/templates/code")).body).toMatchObject({ ...other, version: 2 });
    expect((await door.ask("GET /v1/templates/code/versions/1")).body).toEqual(first.body);
    expect((await door.ask("GET /v1/templates/code/versions")).body.versions).toEqual([2, 1]);
    expect((await door.ask("GET /v1/templates/code/versions/x")).status).toBe(404);
  });

  it("is not lost to a change that was made from an older version", async () => {
    const { headers } = await door.ask("GET /v1/templates/code");
    const read = { "if-match": String(headers["etag"]) };
    expect((await put("code", { ...template, description: "A" }, read)).status).toBe(200);
    expect((await put("code", { ...template, description: "B" }, read)).body.code).toBe(
      "precondition.failed",
    );
  });

  it("gets one version at a time when many change it at once", async () => {
    await put("race", template);
    const many = ["a", "b", "c", "d"].map((description) => put("race", { ...template, description }));
    const replies = await Promise.all(many);
    const won = replies.filter(({ status }) => status === 200).map(({ body }) => body.version);
    expect(won.length).toBeGreaterThan(0);
    expect(new Set(won).size).toBe(won.length);
    expect(replies.filter(({ status }) => status !== 200 && status !== 409)).toEqual([]);
    const { body } = await door.ask("GET /v1/templates/race");
    expect(won).toContain(body.version);
  });

  it("is listed while it is in use, and can be read by number after that", async () => {
    await put("old", template);
    const listed = async () => {
      const ids: string[] = [];
      for (let search = "limit=2"; search;) {
        const { body } = await door.ask(`GET /v1/templates?${search}`);
        ids.push(...body.templates.map(({ id }: { id: string }) => id));
        search = body.nextCursor ? `limit=2&cursor=${body.nextCursor}` : "";
      }
      return ids;
    };
    expect(await listed()).toEqual(["code", "old", "race"]);
    await door.ask("DELETE /v1/templates/old");
    expect(await listed()).toEqual(["code", "race"]);
    expect((await door.ask("GET /v1/templates/old")).body.code).toBe("template.not-found");
    expect((await door.ask("GET /v1/templates/old/versions/1")).status).toBe(200);
    expect((await put("old", template)).body.version).toBe(2);
  });

  it.each([
    [{ locales: { en: { text: "{{who}}" } } }, "locales.en.text"],
    [{ locales: { en: { text: "{{constructor.constructor}}" } } }, "locales.en.text"],
    [{ locales: { en: { text: "{{code | shout}}" } } }, "locales.en.text"],
    [{ locales: { en: { text: '{{code | currency: "USD"}}' } } }, "locales.en.text"],
    [{ locales: { en: { text: "{{#each code as one}}{{/each}}" } } }, "locales.en.text"],
    [
      { locales: { en: { text: "x", channels: { push: { title: "{{" } } } } },
      "locales.en.channels.push.title",
    ],
    [
      { locales: { en: { text: "x", channels: { email: { html: "<a href={{code}}>x</a>" } } } } },
      "locales.en.channels.email.html",
    ],
    [{ locales: { en: { text: "x", subject: "a\nBcc: b@c.example" } } }, "locales.en.subject"],
    [
      { locales: { en: { text: "x", push: { actions: [{ id: "a", title: "{{who}}" }] } } } },
      "locales.en.push.actions.0.title",
    ],
    [{ locales: { en: { text: "x", push: { deepLink: "app://{{" } } } }, "locales.en.push.deepLink"],
    [{ defaultLocale: "fr" }, "defaultLocale"],
    [{ locales: { English: { text: "x" } } }, "locales.English"],
    [{ variables: { constructor: { type: "text" } } }, "variables.constructor"],
    [{ variables: { contact: { type: "text" } } }, "variables.contact"],
    [{ variables: { code: { type: "list" } } }, "variables.code.fields"],
  ])("with a mistake is refused, and the field is named: %j", async (change, field) => {
    const { status, body } = await put("bad", { ...template, ...change });
    expect(status).toBe(400);
    expect(fieldsIn(body)).toContain(field);
  });
});

describe("the preview of a template", () => {
  it("says what each channel would carry, how long that is and what it costs", async () => {
    const { body } = await door.ask("POST /v1/templates/code/preview", { locale: "de" });
    expect(body.locale).toBe("de");
    expect(body.renderings).toMatchObject([
      { channel: "sms", encoding: "GSM-7", segments: 1, costMicros: { least: 8_300, most: 52_000 } },
      { channel: "push", content: { title: "Code 123456", text: "Dein Code ist da." } },
    ]);
    expect(body.renderings[0].content.text).toBe("Northwind: , dein Code ist 123456.");
  });

  it("is written for a contact, in their language", async () => {
    const { body } = await door.ask("POST /v1/templates/code/preview", {
      contactId,
      variables: { code: "7" },
    });
    expect(body).toMatchObject({
      locale: "de",
      renderings: [{ content: { text: "Northwind: Ada, dein Code ist 7." } }, {}],
    });
  });

  it("shows the e-mail as its own wording, with values escaped in its HTML alone", async () => {
    const email = { subject: "For {{code}}", text: "Code {{code}}", html: "<b>{{code}}</b> {{unsubscribe}}" };
    await put("mail", { ...template, locales: { en: { text: "{{code}}", channels: { email } } } });
    const ask = { variables: { code: "<&>" } };
    const { body } = await door.ask("POST /v1/templates/mail/preview", ask);
    expect(body.renderings[1]).toMatchObject({
      channel: "email",
      content: { subject: "For <&>", text: "Code <&>", html: "<b>&lt;&amp;&gt;</b> {{unsubscribe}}" },
      costMicros: { least: 100, most: 100 },
    });
  });

  it("shows the e-mail also when every channel says the same", async () => {
    await put("mail", { ...template, locales: { en: { text: "{{code}}", subject: "Code" } } });
    const { body } = await door.ask("POST /v1/templates/mail/preview", {});
    expect(body.renderings.map(({ channel }: { channel: string }) => channel)).toEqual(["sms", "email"]);
  });

  it("names the variable that is wrong", async () => {
    const ask = (variables: object) => door.ask("POST /v1/templates/code/preview", { variables });
    expect(fieldsIn((await ask({ code: "123456789" })).body)).toEqual(["variables.code"]);
    expect(fieldsIn((await ask({ colour: "blue" })).body)).toEqual(["variables.colour"]);
  });
});

describe("a message by a template", () => {
  const send = (reference: object) =>
    door.ask("POST /v1/messages", { contactId, category: "fraud-alert", template: reference });

  it("is written in the person's language and for each channel, and says by which version", async () => {
    const { status, body } = await send({ id: "code", variables: { code: "4711" } });
    expect(status).toBe(202);
    expect(body).toMatchObject({
      content: { text: "Northwind: Ada, dein Code ist 4711." },
      contents: { push: { title: "Code 4711", text: "Dein Code ist da." } },
      template: { id: "code", locale: "de" },
    });
    const preferences = { language: "en" };
    await door.ask(`PATCH /v1/contacts/${contactId}/preferences`, preferences);
    const english = (await send({ id: "code", version: 1, variables: { code: "4711" } })).body;
    expect(english.content.text).toBe("Northwind: Ada, your code is 4711.");
    expect(english.template).toEqual({ id: "code", version: 1, locale: "en" });
  });

  it("has a notification of its own: picture, buttons, a place in the app, what it replaces", async () => {
    const push = {
      image: "https://a.example/1.png",
      actions: [{ id: "enter", title: "Enter {{code}}", link: "northwind://login?code={{code}}" }],
      deepLink: "northwind://login/{{code}}",
      collapseId: "login-{{code}}",
    };
    const rich = { ...template, locales: { en: { text: "Hello", channels: { push: { push } } } } };
    await put("rich", rich);
    const spaced = await send({ id: "rich", variables: { code: "4 7" } });
    expect(fieldsIn(spaced.body), "a collapse id goes into a header").toEqual(["template"]);
    expect((await send({ id: "rich", variables: { code: "4&7" } })).body.contents.push).toEqual({
      text: "Hello",
      mediaUrls: [],
      push: {
        image: "https://a.example/1.png",
        actions: [{ id: "enter", title: "Enter 4&7", link: "northwind://login?code=4%267" }],
        deepLink: "northwind://login/4%267",
        collapseId: "login-4&7",
      },
    });
  });

  it("is refused with the field that is wrong", async () => {
    const asked = async (reference: object) => {
      const { status, body } = await send(reference);
      return [status, body.code, ...(fieldsIn(body) ?? [])];
    };
    expect(await asked({ id: "nobody" })).toEqual([422, "template.unknown", "template.id"]);
    expect(await asked({ id: "code", version: 99 })).toEqual([422, "template.unknown", "template.version"]);
    expect(await asked({ id: "code" })).toEqual([400, "body.invalid", "template.variables.code"]);
    const both = { contactId, category: "fraud-alert", template: { id: "code" }, content: { text: "x" } };
    expect(fieldsIn((await door.ask("POST /v1/messages", both)).body)).toEqual(["content"]);
  });

  it("has its link in the place that is meant for it, made short, on every channel", async () => {
    const link = "https://northwind.example/{{code}}";
    const en = {
      text: "Track: {{link}}",
      link,
      channels: { push: { title: "Track", text: "Here: {{link}}" } },
    };
    await put("track", { ...template, locales: { en } });
    const { body } = await send({ id: "track", variables: { code: "A-7" } });
    expect(body.content.link).toMatch(/^https:\/\/nw\.example\/[0-9A-Za-z]{10}$/);
    expect(body.content.text).toBe(`Track: ${body.content.link}`);
    expect(body.contents.push).toMatchObject({ text: `Here: ${body.content.link}`, link: body.content.link });
    const preview = await door.ask("POST /v1/templates/track/preview", { variables: { code: "A-7" } });
    expect(preview.body.renderings[0].content.text).toBe("Track: https://northwind.example/A-7");
    const ahead = {
      contactId,
      category: "fraud-alert",
      template: { id: "track", variables: { code: "A-7" } },
    };
    const { renderings } = (await door.ask("POST /v1/messages/preview", ahead)).body;
    expect(renderings[0].content.text).toMatch(/https:\/\/nw\.example\/[0-9A-Za-z]{10}$/);
  });

  it("may name its link only where it has one, and only in texts", async () => {
    const without = await put("no-link", { ...template, locales: { en: { text: "{{code}} {{link}}" } } });
    expect(fieldsIn(without.body)).toEqual(["locales.en.text"]);
    const inTitle = { text: "{{code}}", title: "{{link}}", link: "https://northwind.example/" };
    expect(fieldsIn((await put("no-link", { ...template, locales: { en: inTitle } })).body)).toEqual([
      "locales.en.title",
    ]);
  });
});
