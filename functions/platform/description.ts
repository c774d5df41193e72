import { operations } from "./all.routes.ts";
import { docsPage } from "./docs-page.ts";
import { describe } from "./openapi.ts";

const api = describe(operations, {
  title: "Heliograph",
  version: "1",
  description:
    "Say what you want to tell whom and how much it matters; Heliograph decides whether, when, where and how fast.",
});

// Both are made when the function is built (bin/build.ts): it starts without a schema.

/** The description of the API for machines. */
export const description = JSON.stringify(api);

/** And for people. */
export const page = docsPage(api);
