import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { contenders } from "./cases.ts";
import { callMilliseconds } from "./contender.ts";
import { goalsOf } from "./goals.ts";
import { plotOf } from "./plot.ts";
import { reading } from "./reading.ts";
import type { Results, Row } from "./results.ts";
import { cellsOf, headings } from "./table.ts";

const folder = new URL("../../docs/benchmarks/", import.meta.url);

/** Writes the page and its plot from the results. */
export function writePage(results: Results): void {
  writeFileSync(fileURLToPath(new URL("throughput.md", folder)), pageOf(results));
  writeFileSync(fileURLToPath(new URL("throughput.svg", folder)), plotOf(results));
}

function pageOf(results: Results): string {
  const { rows, versions, seconds, missing, minutes } = results;
  return `# Throughput: how exactly a sender is paced

<!-- Written by npm run bench:throughput from bench/throughput/results.json; changes belong into bench/throughput/page.ts. -->

A sender may send R message segments a second and not one more, and what it does not use of a second is lost. Everybody below gets the same backlog of one-segment messages (enough for ${seconds} s), sends it with the same HTTP call to the same sink, and hands over an urgent message about every two seconds meanwhile. The sink speaks Twilio's API for creating messages, answers after ${callMilliseconds * 0.8} to ${callMilliseconds * 1.2} ms, runs in a process of its own and writes down when each request came: every figure here is what it saw.

| ${headings.join(" | ")} |
|${headings.map((_, column) => (column === 0 ? "---" : "---:")).join("|")}|
${rows.map((row) => `| ${cellsOf(row).join(" | ")} |`).join("\n")}

![Messages per sliding second over time, a panel for each contender](throughput.svg)

- **utilisation**: segments ÷ (R × (last − first + 1/R)). More than 1 means that more was sent than allowed.
- **most in 1 s, in 990 ms**: the fullest sliding window. The second one forgives a request that was 10 ms on its way; **windows over** counts the windows of 990 ms that hold more than R.
- **most called in 990 ms, on its way**: the same window over the moments at which the calls began, and how long they took to the sink. What the first exceeds R by is the pace's doing; what only arrives closer together is the machine's.
- **uneven by**: how far the gap between two requests is from 1/R.
- **urgent**: from the hand-over of an urgent message to its request at the sink, behind the whole backlog of the same sender.
- **CPU**: of the contender's own processes for each message, without Redis, tables and queues.

## What Heliograph is held to

| run | figure | measured | owed | wanted |
|---|---|---:|---:|---:|
${rows
  .filter(({ contender }) => contender === "heliograph")
  .flatMap(goalRows)
  .join("\n")}

## Reading

${reading(results)
  .map((line) => `- ${line}`)
  .join("\n")}
${missing.map((line) => `- Not measured here: ${line}`).join("\n")}
## Who is who

${Object.values(contenders)
  .map(({ title, does }) => `- **${title}**: ${does}.`)
  .join("\n")}

Heliograph is the bundle of \`functions/senders/deliver.queue.ts\` as it is made for Lambda, for the declared business with the sender's rate set to R. It is fed by the local cloud's pollers (\`local/sources.ts\`) from the template's FIFO queues and uses the template's tables, over HTTP. It is not \`npm start\` as a whole: the lanes that the template deploys for R are shared among the worker processes, where Lambda would give each lane an environment of its own, and messages are put on the sender's queues as routing leaves them. What it does for each message is all of it: read the message and the contact, write that the attempt begins, take the gate, call, write the answer down, publish both events. The others only call.

BullMQ, Bottleneck with several workers and rate-limiter-flexible share a Redis without persistence on the same machine. BullMQ may have R calls open at once and gives urgent jobs a higher priority; Bottleneck gives them its highest priority in the process they are handed to, may have 1.5 × R × ${callMilliseconds / 1000} s + 1 jobs open when it paces evenly (without a bound nothing could be overtaken), and looks after its shared reservoir every 250 ms (an undocumented setting; with its own 5 s it uses a third of the rate); rate-limiter-flexible knows no priority, so whoever gets a token takes the most urgent message that waits in its process. SQS without pacing is what reserved concurrency gives: R × ${callMilliseconds / 1000} s functions at once, one queue, no order of urgency.

## Repeat it

\`\`\`sh
npm run bench:throughput              # everything, about a quarter of an hour; writes this page
npm run bench:throughput -- --quick   # a quarter of the length; prints only
npm run bench:throughput -- --only heliograph
npm run bench:throughput -- --page    # this page again from the results that are there
\`\`\`

The first run installs ${Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(
      ", ",
    )} into \`bench/\`. Those that need Redis are left out, and that is said, if there is no \`redis-server\` on the PATH. Figures in milliseconds hold on this machine only; leave it alone while it measures.

Measured ${results.date} in ${minutes} minutes · commit ${results.commit} · ${results.machine}, load ${results.load} at the start · Node ${results.node}
`;
}

function goalRows(row: Row): readonly string[] {
  return goalsOf(row).map(({ name, text, owed, wanted, isKept, isWanted }) => {
    const verdict = isWanted ? "★" : isKept ? "✓" : "✗";
    return `| ${row.rate} mps ×${row.workers} | ${name} | ${verdict} ${text} | ${owed} | ${wanted} |`;
  });
}
