import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import * as z from "zod/mini";
import { accepted } from "../../bin/accepted.ts";
import { configurationPage, exampleOf, fieldsOf } from "../../bin/configuration-page.ts";
import { Business } from "../../functions/business/business.ts";
import { saidOf } from "../../functions/platform/said-of.ts";
import { business } from "../../heliograph.config.ts";

const fields = fieldsOf(Business);
const leaves = fields.filter(({ isGroup }) => !isGroup);

it("the page in docs/ is what the schemas say now; `npm run reference` prints it", () => {
  const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
  expect(page).toBe(configurationPage());
});

it("finds the fields of all parts", () => {
  const named = ["publicUrl", "brand.hours.from", "senders[].warmUp.perDay", "categories[].failover.grain"];
  expect(fields.map(({ at }) => at)).toEqual(expect.arrayContaining(named));
});

it.each(fields)("$at says what it means, in a sentence", ({ schema }) => {
  expect(saidOf(schema).description).toMatch(/^[A-Z].*\.$/);
});

it.each(leaves)("$at has an example that it takes", ({ schema }) => {
  const example = exampleOf(schema);
  expect(z.parse(schema, example)).toEqual(example);
});

it.each(leaves)("$at says what it takes", ({ schema }) => {
  expect(accepted(schema)).not.toMatch(/anything|undefined/);
});

it.each([
  [z.int().check(z.minimum(1), z.maximum(9)), "a whole number from 1 to 9"],
  [z.number().check(z.positive()), "a number above 0"],
  [z.string().check(z.minLength(1), z.maxLength(40)), "text of 1 to 40 characters"],
  [z.string().check(z.length(2)), "text of 2 characters"],
  [z.optional(z.email()), "an e-mail address"],
  [z.array(z.enum(["sms", "push"])).check(z.minLength(1)), 'a list of at least 1: `"sms"`, `"push"`'],
  [z.union([z.literal("*"), z.array(z.int())]), '`"*"` or a list: a whole number'],
])("puts limits in words", (schema, words) => {
  expect(accepted(schema)).toBe(words);
});

it("a declaration with a mistake is refused with the name of its field", () => {
  const [sender, ...others] = business.senders;
  const mistaken = { ...business, senders: [{ ...sender, mps: 0 }, ...others] as const };
  const { error } = Business.safeParse(mistaken);
  expect(error?.issues.map(({ path }) => path.join("."))).toEqual(["senders.0.mps"]);
});
