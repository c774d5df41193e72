import { operations } from "./all.routes.ts";
import { describe } from "./openapi.ts";

/** The description of the API, printed; functions get it ready made (bin/bundled-results.ts). */
export const description = JSON.stringify(
  describe(operations, {
    title: "Heliograph",
    version: "1",
    description:
      "Say what you want to tell whom and how much it matters; Heliograph decides whether, when, where and how fast.",
  }),
);
