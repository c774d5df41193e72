import { writeFileSync } from "node:fs";
import { configurationPage } from "./configuration-page.ts";

// npm run reference: prints docs/configuration.md from the schemas that check heliograph.config.ts.
writeFileSync(new URL("../docs/configuration.md", import.meta.url), configurationPage());
