import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mistakesIn } from "../../functions/templates/check.ts";
import { composed } from "../../functions/templates/compose.ts";
import { type Template, Wording } from "../../functions/templates/template.ts";
import { Variables } from "../../functions/templates/variable.ts";
import { aContact } from "../make.ts";

const invoice = { url: "https://shop.example/{{order}}.pdf?key={{key}}", name: "Invoice {{order}}.pdf" };
const templateOf = (email: object): Template => ({
  id: "receipt",
  version: 1,
  defaultLocale: "en",
  locales: { en: Wording.parse({ text: "Thank you", channels: { email } }) },
  variables: Variables.parse({ order: { type: "text" }, key: { type: "text" } }),
  createdAt: 0,
  createdBy: "key_1",
});
const mail = (attachments: object[]) => ({ subject: "Your invoice", attachments });
const written = (email: object, order = "A-1", key = "k") =>
  composed(
    templateOf(email),
    { order, key },
    { contact: aContact(), brand: { name: "Northwind", supportContact: "help@x.example" } },
  );

describe("the files of an e-mail by a template", () => {
  it("are each person's own, at an address and under a name of their own", () => {
    const { content, contents } = written(
      mail([{ ...invoice, contentType: "application/pdf" }]),
      "A-17",
      "x&y",
    );
    expect(contents?.email?.attachments).toEqual([
      {
        url: "https://shop.example/A-17.pdf?key=x%26y",
        name: "Invoice A-17.pdf",
        contentType: "application/pdf",
      },
    ]);
    expect(content.attachments, "other channels take none along").toBeUndefined();
  });

  it("are written as the page of e-mails says", () => {
    const page = readFileSync(new URL("../../docs/email.md", import.meta.url), "utf8");
    const [, printed = ""] = /`(\{ "url": [^`]+\})`/.exec(page) ?? [];
    const { contents } = written(mail([JSON.parse(printed)]), "A-1001", "9f3c");
    expect(contents?.email?.attachments).toEqual([
      { url: "https://northwind.example/invoices/A-1001.pdf?key=9f3c", name: "Invoice A-1001.pdf" },
    ]);
  });

  it("are the e-mail's alone, also where all channels have them", () => {
    const wording = {
      text: "Thank you",
      subject: "Your invoice",
      attachments: [invoice],
      channels: { sms: { text: "Your invoice is in your mailbox." }, email: { text: "It is attached." } },
    };
    const template = { ...templateOf({}), locales: { en: Wording.parse(wording) } };
    const { contents } = composed(
      template,
      { order: "A-1", key: "k" },
      { contact: aContact(), brand: { name: "Northwind", supportContact: "help@x.example" } },
    );
    expect(contents?.sms?.attachments).toBeUndefined();
    expect(contents?.email?.attachments).toHaveLength(1);
  });

  it("name nothing that is not declared, when the template is made", () => {
    const mistakes = mistakesIn(
      templateOf(mail([invoice, { url: "https://x.example/{{nr}}", name: "{{who}}" }])),
    );
    expect(mistakes).toEqual([
      { field: "locales.en.channels.email.attachments.1.url", message: expect.stringContaining("{{nr}}") },
      { field: "locales.en.channels.email.attachments.1.name", message: expect.stringContaining("{{who}}") },
    ]);
  });

  it.each([
    ["a name that ends like a program", mail([{ ...invoice, name: "{{order}}" }]), "run.exe"],
    ["a name of another folder", mail([{ ...invoice, name: "{{order}}.pdf" }]), "../../x"],
    ["an address without TLS", mail([{ ...invoice, url: "http://shop.example/{{order}}" }]), "A-1"],
    ["an address on the inside", mail([{ ...invoice, url: "https://10.0.0.1/{{order}}" }]), "A-1"],
  ])("are refused with %s", (_, email, order) => {
    expect(() => written(email, order)).toThrow("body.invalid");
  });
});
