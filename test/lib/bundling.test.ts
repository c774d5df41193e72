import { expect, it } from "vitest";
import { withPureSchemas } from "../../bin/bundling.ts";

const source = `import * as z from "zod";
import { Channel } from "./channel.ts";

const limit = 40;

/** A thing. */
export const Thing = z
  .object({
    id: z.string().max(limit),
    channels: z.array(Channel),
  })
  .refine(({ id }) => id !== "x", {
    message: "no; not this one",
  });
export const Short = Thing.omit({ id: true });
const seen = new Map();
`;

it("a schema is made only where somebody asks for it, and nothing else changes", () => {
  expect(withPureSchemas(source)).toBe(
    source
      .replace("Thing = z\n", "Thing = /* @__PURE__ */ (() => z\n")
      .replace('one",\n  });', 'one",\n  }))();')
      .replace("Thing.omit({ id: true })", "/* @__PURE__ */ (() => Thing.omit({ id: true }))()"),
  );
});
