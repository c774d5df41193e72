import { endToEnd } from "../end-to-end/end-to-end.ts";
import type { Finding } from "./figure.ts";
import { bundles } from "./bundles.ts";
import { client } from "./client.ts";
import { decision } from "./decision.ts";
import { memory } from "./memory.ts";
import { message } from "./message.ts";
import { segments } from "./segments.ts";

/** The parts of the benchmark; each runs in a process of its own, so that none warms up or slows down another. */
const parts: Readonly<Record<string, (isQuick: boolean) => Promise<Finding>>> = {
  segments,
  decision,
  bundles,
  client,
  message,
  memory,
  "end-to-end": endToEnd,
};

const [name = "", size] = process.argv.slice(2);
const part = parts[name];
if (!part) throw new Error(`No part ${name}; there are ${Object.keys(parts).join(", ")}`);
const finding = await part(size === "quick");
if (process.send) process.send(finding);
else console.log(JSON.stringify(finding, undefined, 2));
