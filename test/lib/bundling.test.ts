import { expect, it } from "vitest";
import { withoutReplies, withPureSchemas } from "../../bin/bundling.ts";

const source = `import * as z from "zod/mini";
import { Channel } from "./channel.ts";

const limit = 40;

/** A thing. */
export const Thing = z
  .object({
    id: z.string().check(z.maxLength(limit)),
    channels: z.array(Channel),
  })
  .check(
    z.refine(({ id }) => id !== "x", {
      message: "no; not this one",
    }),
  );
export const Short = z.omit(Thing, { id: true });
const seen = new Map();
`;

it("a schema is made only where somebody asks for it, and nothing else changes", () => {
  expect(withPureSchemas(source)).toBe(
    source
      .replace("Thing = z\n", "Thing = /* @__PURE__ */ (() => z\n")
      .replace("}),\n  );", "}),\n  ))();")
      .replace("z.omit(Thing, { id: true })", "/* @__PURE__ */ (() => z.omit(Thing, { id: true }))()"),
  );
});

const rows = `export const operations = {
  getThing: {
    at: "GET /v1/things/{id}",
    does: "Reads a thing.",
    query: Page,
    reply: Thing,
    problems: ["thing.not-found"],
  },
  listThings: {
    at: "GET /v1/things",
    does: "Lists all things, the newest first: what { and } mean is told there.",
    reply: z
      .object({
        things: z.array(Thing),
      })
      .check(z.meta({ examples: [{ things: [] }] })),
  },
} as const satisfies Operations;
`;

it("operations are served without what only their readers are told", () => {
  expect(withoutReplies(rows)).toBe(`export const operations = {
  getThing: {
    at: "GET /v1/things/{id}",
    query: Page,
    problems: ["thing.not-found"],
  },
  listThings: {
    at: "GET /v1/things",
  },
} as const satisfies Operations;
`);
});
