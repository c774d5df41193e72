import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mistakesIn } from "../../functions/templates/check.ts";
import { composed } from "../../functions/templates/compose.ts";
import { escapes } from "../../functions/templates/escape.ts";
import type { Template, Wording } from "../../functions/templates/template.ts";
import { Variables } from "../../functions/templates/variable.ts";
import { aContact } from "../make.ts";

const variables = Variables.parse({
  name: { type: "text" },
  shop: { type: "url" },
  items: { type: "list", fields: { title: { type: "text" }, at: { type: "url" } }, required: false },
});
const templateOf = (wording: Wording): Template => ({
  id: "news",
  version: 1,
  defaultLocale: "en",
  locales: { en: wording },
  variables,
  createdAt: 0,
  createdBy: "key_1",
});
const mistakes = (html: string) =>
  mistakesIn(templateOf({ text: "x", channels: { email: { subject: "x", html } } })).map(
    ({ message }) => message,
  );
const brand = { name: "Northwind", supportContact: "help@x.example" };
const written = (wording: Wording, given: Record<string, unknown>) =>
  composed(templateOf(wording), { shop: "https://x.example/", ...given }, { contact: aContact(), brand });

describe("a value in HTML", () => {
  it("never begins or ends anything there", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (value) => {
        const safe = escapes.html(value);
        expect(safe).not.toMatch(/[<>"'`]/);
        expect(safe.replace(/&(amp|lt|gt|quot|#39|#96);/g, "")).not.toContain("&");
      }),
    );
  });

  it("is escaped there, and neither in the text nor in the subject", () => {
    const mail = { subject: "For {{name}}", text: "Hi {{name}}", html: "<p>Hi {{name}}</p>" };
    const { contents } = written({ text: "Hi {{name}}", channels: { email: mail } }, { name: "<b>A&B</b>" });
    expect(contents?.email).toMatchObject({
      subject: "For <b>A&B</b>",
      text: "Hi <b>A&B</b>",
      html: "<p>Hi &lt;b&gt;A&amp;B&lt;/b&gt;</p>",
    });
  });

  it("cannot add a header by way of the subject", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 100 }), (value) => {
        const { content } = written({ text: "x", subject: "For {{name}}!" }, { name: `a\r\nBcc: b${value}` });
        expect(content.subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});

describe("HTML of a template", () => {
  it.each([
    "<p>{{name}}</p>",
    '<p title="{{name}}">x</p>',
    "<p title='to {{name}}'>{{name}}</p>",
    '<a href="{{shop}}">Shop</a>',
    '<img alt="{{name}}" src="{{shop}}">',
    '<a href="{{unsubscribe}}">Unsubscribe</a>',
    '{{#each items as item}}<li><a href="{{item.at}}">{{item.title}}</a></li>{{/each}}',
    "{{#if name}}<b>{{name}}</b>{{else}}<i>you</i>{{/if}}",
    "<style>p { color: red }</style><!-- no value --><p>1 < 2, {{name}}</p>",
    '<p data-a = "{{name}}"\n class="x">{{name}}',
  ])("may say %s", (html) => {
    expect(mistakes(html)).toEqual([]);
  });

  it.each([
    ["<{{name}}>", "has to stand in text"],
    ["</{{name}}>", "has to stand in text"],
    ["<p {{name}}>x</p>", "has to stand in text"],
    ["<p title={{name}}>x</p>", "has to stand in text"],
    ["<script>let a = '{{name}}'</script>", "has to stand in text"],
    ['<script src="{{shop}}">{{name}}</script>', "has to stand in text"],
    ["<style>{{name}}</style>", "has to stand in text"],
    ["<!-- {{name}} -->", "has to stand in text"],
    ['<a href="{{name}}">x</a>', "takes a whole address"],
    ['<a href="https://x.example/{{name}}">x</a>', "takes a whole address"],
    ['<a href="{{name}}{{shop}}">x</a>', "takes a whole address"],
    ['<p onclick="go({{name}})">x</p>', "takes no values"],
    ['<p style="color: {{name}}">x</p>', "takes no values"],
    ['{{#if name}}<a title="{{else}}<b>{{/if}}', "leaves a tag or an attribute open"],
    ['<p title="{{name}}', "ends inside a tag"],
    ["{{#each items as item}}<li>{{item.price}}</li>{{/each}}", "is not declared"],
  ])("may not say %s", (html, mistake) => {
    expect(mistakes(html).join()).toContain(mistake);
  });

  it("is not longer than an e-mail may be, and one that is cut off is not sent", () => {
    const items = Array.from({ length: 50 }, () => ({ title: "x".repeat(200), at: "https://x.example/" }));
    const html = `{{#each items as item}}${"{{item.title}}".repeat(30)}{{/each}}`;
    expect(() => written({ text: "x", subject: "x", html }, { name: "A", items })).toThrow("body.invalid");
  });
});

describe("the place of the way out", () => {
  it("is known in e-mails alone", () => {
    const inText = (wording: Wording) => mistakesIn(templateOf(wording)).map(({ field }) => field);
    expect(inText({ text: "Stop: {{unsubscribe}}" })).toEqual(["locales.en.text"]);
    expect(inText({ text: "x", channels: { email: { text: "Stop: {{unsubscribe}}" } } })).toEqual([]);
  });

  it("is kept until the e-mail goes out", () => {
    const html = '<a href="{{unsubscribe}}">Stop</a>';
    expect(written({ text: "x", subject: "x", html }, { name: "A" }).content.html).toBe(html);
  });
});
