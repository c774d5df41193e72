import { operations } from "./all.routes.ts";
import { docsPage } from "./docs-page.ts";
import { describe } from "./openapi.ts";
import { packed } from "./packed.ts";

const api = describe(operations, {
  title: "Heliograph",
  version: "1",
  description:
    "Say what you want to tell whom and how much it matters; Heliograph decides whether, when, where and how fast.",
});

/** The description of the API, printed and packed; functions get it ready made (bin/bundled-results.ts). */
export const description = packed(JSON.stringify(api));

const { html, policy } = docsPage(api);
/** The same as a page for people. */
export const page = { html: packed(html), policy };
