import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Context, escapes } from "../../functions/templates/escape.ts";
import { parseTemplate, TemplateError } from "../../functions/templates/language.ts";
import { outputLimits, render, type Scope } from "../../functions/templates/render.ts";

const reader = { locale: "en-US", zone: "America/New_York" };
const written = (source: string, scope: Scope, context: Context = "text", locale = "en-US") =>
  render(parseTemplate(source), scope, context, { ...reader, locale });

describe("the language of templates", () => {
  it.each([
    ["Hi {{name}}.", { name: "Ada" }, "Hi Ada."],
    ['Hi {{ name | default: "there" }}.', {}, "Hi there."],
    ["{{#if vip}}VIP{{else}}all{{/if}}", { vip: true }, "VIP"],
    ["{{#if vip}}VIP{{else}}all{{/if}}", { vip: false }, "all"],
    ["{{#if items}}some{{else}}none{{/if}}", { items: [] }, "none"],
    ["{{#each items as one}}{{one.title}}, {{/each}}", { items: [{ title: "a" }, { title: "b" }] }, "a, b, "],
    [
      "{{#each items as one}}{{#if one.big}}{{one.title}}{{/if}}{{/each}}",
      { items: [{ title: "a" }, { title: "b", big: true }] },
      "b",
    ],
    ["{{name | upper}}", { name: "straße" }, "STRASSE"],
    ['{{at | date: "medium"}}', { at: "2026-11-24T03:00:00Z" }, "Nov 23, 2026"],
    ["{ {name} } }}", { name: "x" }, "{ {name} } }}"],
  ])("%s", (source, scope, text) => {
    expect(written(source, scope)).toBe(text);
  });

  it("writes numbers, money and times in the reader's language, in letters that an SMS can carry", () => {
    expect(written("{{n | number}}", { n: 12_345.5 }, "text", "de")).toBe("12.345,5");
    expect(written('{{n | currency: "EUR"}}', { n: 1234.5 }, "text", "fr")).toBe("1 234,50 €");
    expect(written('{{at | time: "short"}}', { at: "2026-11-23T14:30:00Z" })).toBe("9:30 AM");
  });

  it.each([
    ["Hi {{name", "does not close {{ at character 4"],
    ["{{#if a}}", "does not close {{#if}}"],
    ["{{/if}}", "closes {{/if}} without opening it at character 1"],
    ["{{#if a}}{{/each}}", "closes {{/each}} without opening it at character 10"],
    ["{{else}}", "has an else without its if at character 1"],
    ["{{#if a}}{{else}}{{else}}{{/if}}", "has an else without its if at character 18"],
    ["{{constructor.constructor('return process')()}}", "cannot read"],
    ["{{a | b: c}}", "cannot read the format"],
    ["{{#each items}}{{/each}}", "cannot read"],
    ["{{#if a}}".repeat(6) + "{{/if}}".repeat(6), "more than 5 blocks"],
    ["{{a}}".repeat(501), "more than 500 parts"],
    ["a".repeat(5001), "more than 5000 characters"],
  ])("refuses %s", (source, message) => {
    expect(() => parseTemplate(source)).toThrow(message);
  });
});

const hostile = fc.constantFrom(
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "length",
  "hasOwnProperty",
);
const part = fc.oneof(
  fc.string({ unit: "binary" }),
  hostile.map((name) => `{{${name}}}`),
  fc.tuple(hostile, hostile).map((names) => `{{${names.join(".")}}}`),
  hostile.map((name) => `{{#each ${name} as x}}{{x.constructor.name}}{{/each}}`),
  fc.constantFrom(
    "{{#if a}}",
    "{{else}}",
    "{{/if}}",
    "{{#each b as c}}",
    "{{/each}}",
    "{{c.d}}",
    "{{a}}",
    "{{",
    "}}",
    '{{a | default: "x"}}',
  ),
);
const source = fc.array(part, { maxLength: 20 }).map((parts) => parts.join(""));

function outcomeOf(work: () => string): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

describe("whatever somebody writes", () => {
  it("is a template that can be written, or a mistake that is named; never anything else", () => {
    fc.assert(
      fc.property(source, fc.dictionary(fc.string(), fc.jsonValue()), (text, scope) => {
        const outcome = outcomeOf(() => written(text, scope));
        expect(outcome instanceof TemplateError || String(outcome).length <= outputLimits.text).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it("reads nothing that an object only inherits", () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (names) => {
        expect(written(`{{${names.join(".")}}}`, { a: { b: 1 }, list: [1] })).toBe("");
        expect(written(`{{a.${names.slice(0, 4).join(".")}}}`, { a: { b: 1 } })).toBe("");
        expect(written(`{{list.${names[0]}}}`, { list: [1] })).toBe("");
      }),
    );
    const own: Scope = JSON.parse('{"__proto__": "mine"}');
    expect(written("{{__proto__}}", own)).toBe("mine");
  });

  it("ends, however lists multiply", () => {
    const list = Array.from({ length: 1000 }, () => ({ x: "y" }));
    const nested = "{{#each l as a}}".repeat(5) + "{{a.x}}" + "{{/each}}".repeat(5);
    expect(written(nested, { l: list }).length).toBeLessThanOrEqual(outputLimits.text);
  });
});

describe("a value", () => {
  const value = fc.string({ unit: "binary", maxLength: 100 });

  it("never ends the line or the address that it stands in", () => {
    fc.assert(
      fc.property(value, (text) => {
        expect(escapes.line(text)).not.toMatch(/[\r\n\p{Cc}\u2028\u202e]/u);
        expect(escapes.text(text)).not.toMatch(/[\r\u202e]/);
        expect(escapes.url(text)).toMatch(/^[\w.!~*'()%-]*$/);
        const link = written("https://shop.example/o/{{id}}?x=1", { id: text }, "url");
        expect(new URL(link).origin).toBe("https://shop.example");
        expect(new URL(link).search).toBe("?x=1");
      }),
    );
  });

  it("is never read as a template again", () => {
    expect(written("{{a}}", { a: "{{b}}", b: "secret" })).toBe("{{b}}");
  });

  it("may be a whole address, if it is one", () => {
    const scope = { at: "https://ship.example/t/1?a=b" };
    expect(written("{{at}}", scope, "url")).toBe(scope.at);
    expect(written("{{at}}", { at: "javascript:alert(1)" }, "url")).toBe("javascript%3Aalert(1)");
  });
});
