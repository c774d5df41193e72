import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { canaries } from "./canaries.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("the canary", () => {
  it.each(canaries)("$name: changes what stands in the product, once", ({ changes }) => {
    for (const { file, from, to } of changes) {
      const source = readFileSync(`${root}${file}`, "utf8");
      expect(source.split(from).length - 1, `${file}: ${from}`).toBe(1);
      expect(source.replace(from, () => to)).not.toBe(source);
    }
  });
});
