import { build } from "../../bin/build.ts";
import { synthesize } from "../../bin/synth.ts";
import { type Case, cases, contenders, lengthOf } from "./cases.ts";
import { courseOf } from "./course.ts";
import { goalsOf } from "./goals.ts";
import { writePage } from "./page.ts";
import { installPeers } from "./peers.ts";
import { race } from "./race.ts";
import { circumstances, keepResults, keptResults, type Row } from "./results.ts";
import { startSink } from "./sink.ts";
import { summaryOf, tableOf } from "./table.ts";

// npm run bench:throughput: how exactly a sender is paced, against what people would pick instead.
const words = process.argv.slice(2);
const isQuick = words.includes("--quick");
const only = words[words.indexOf("--only") + 1] ?? "";
const chosen = words.includes("--only") ? cases.filter(({ contender }) => contender.includes(only)) : cases;

if (words.includes("--page")) writePage(keptResults());
else await measure();

async function measure(): Promise<void> {
  const started = performance.now();
  const begun = circumstances();
  if (chosen.some(({ contender }) => needsRedis(contender))) installPeers();
  await build();
  await synthesize();
  const { rows, missing } = await measureAll();
  const minutes = Number(((performance.now() - started) / 60_000).toFixed(1));
  if (chosen.length === cases.length && !isQuick) {
    const results = { ...begun, seconds: lengthOf(isQuick), minutes, missing, rows };
    keepResults(results);
    writePage(results);
  }
  console.log(`\n${tableOf(rows)}\n`);
  for (const line of missing) console.log(`Not measured: ${line}`);
  const ours = rows.filter(({ contender }) => contender === "heliograph");
  for (const row of ours) for (const line of verdicts(row)) console.log(line);
  console.log(summaryOf(rows));
  if (ours.some((row) => goalsOf(row).some(({ isKept }) => !isKept))) process.exitCode = 1;
}

async function measureAll(): Promise<{ rows: Row[]; missing: string[] }> {
  const rows: Row[] = [];
  const missing = new Set<string>();
  const sink = await startSink();
  try {
    for (const one of chosen) {
      const raced = await race(one, lengthOf(isQuick), sink);
      if (!raced) {
        missing.add(`${contenders[one.contender].title}, because there is no redis-server on the PATH.`);
        continue;
      }
      const { arrivals, ...found } = raced;
      const row = { ...one, ...found, course: [...courseOf(arrivals)] };
      rows.push(row);
      console.log(tableOf([row]).split("\n")[1]?.replaceAll(/ {2,}/g, "  "));
    }
  } finally {
    await sink.stop();
  }
  return { rows, missing: [...missing] };
}

function needsRedis(contender: Case["contender"]): boolean {
  return contenders[contender].needs.some((need) => need === "redis");
}

function verdicts(row: Row): readonly string[] {
  return goalsOf(row).map(({ name, text, owed, wanted, isKept, isWanted }) => {
    const verdict = isWanted ? "★" : isKept ? "✓" : "✗";
    return `${verdict} ${row.rate} mps ×${row.workers} ${name}: ${text} (owed ${owed}, wanted ${wanted})`;
  });
}
