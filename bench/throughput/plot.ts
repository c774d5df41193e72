import { contenders } from "./cases.ts";
import type { Results, Row } from "./results.ts";

const panel = { width: 430, height: 78, left: 46, top: 26, between: 22, column: 500 };
const head = 74;
/** Above twice the rate a line is cut off: the table has the numbers. */
const ceiling = 2.1;

/** The plot of the results: sends per sliding second over time, one panel for each run, a column for each rate. */
export function plotOf({ rows, date, machine }: Results): string {
  const rates = [...new Set(rows.map(({ rate }) => rate))];
  const columns = rates.map((rate) => rows.filter((row) => row.rate === rate));
  const tallest = Math.max(...columns.map((column) => column.length));
  const width = rates.length * panel.column + 20;
  const height = head + tallest * (panel.height + panel.between + panel.top) + 10;
  const panels = columns.flatMap((column, x) => column.map((row, y) => panelOf(row, x, y)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="12">
<title id="title">Messages per sliding second over time</title>
<desc id="description">${escaped(descriptionOf(rows))}</desc>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="20" y="26" font-size="17" font-weight="600" fill="#1b1f24">Messages per sliding second, as the provider saw them</text>
<text x="20" y="46" fill="#57606a">Grey line: the rate the sender may send. Blue: within it. Red: above it. Measured ${escaped(date)}, ${escaped(machine)}.</text>
${panels.join("\n")}
</svg>
`;
}

function panelOf(row: Row, column: number, line: number): string {
  const { contender, rate, workers, course, measures } = row;
  const left = column * panel.column + panel.left + 10;
  const top = head + line * (panel.height + panel.between + panel.top) + panel.top;
  const x = (tenth: number) => left + (tenth / Math.max(1, course.length - 1)) * panel.width;
  const y = (count: number) =>
    top + panel.height - (Math.min(count, ceiling * rate) / (ceiling * rate)) * panel.height;
  const step = (count: number, tenth: number) => `${x(tenth).toFixed(1)},${y(count).toFixed(1)}`;
  const points = course.map(step).join(" ");
  const over = course.flatMap((count, tenth) =>
    count > rate ? [`M${x(tenth).toFixed(1)} ${y(count).toFixed(1)}h.1`] : [],
  );
  const { title } = contenders[contender];
  const told = `${title} ×${workers}, ${rate} mps`;
  const bottom = top + panel.height;
  return `<g aria-label="${escaped(told)}">
<text x="${left}" y="${top - 8}" font-weight="600" fill="#1b1f24">${escaped(told)}<tspan font-weight="400" fill="#57606a">  utilisation ${measures.utilisation.toFixed(3)}, most ${measures.worst}</tspan></text>
<line x1="${left}" y1="${bottom}" x2="${left + panel.width}" y2="${bottom}" stroke="#d0d7de"/>
<line x1="${left}" y1="${y(rate).toFixed(1)}" x2="${left + panel.width}" y2="${y(rate).toFixed(1)}" stroke="#8c959f" stroke-dasharray="4 3"/>
<text x="${left - 6}" y="${(y(rate) + 4).toFixed(1)}" text-anchor="end" fill="#57606a">${rate}</text>
<text x="${left - 6}" y="${bottom + 4}" text-anchor="end" fill="#57606a">0</text>
<text x="${left + panel.width}" y="${bottom + 14}" text-anchor="end" fill="#57606a">${(course.length / 10).toFixed(0)} s</text>
<polyline points="${points}" fill="none" stroke="#1f6feb" stroke-width="1.4" stroke-linejoin="round"/>
<path d="${over.join("")}" stroke="#c0262d" stroke-width="3" stroke-linecap="round"/>
</g>`;
}

function descriptionOf(rows: readonly Row[]): string {
  return rows
    .map(
      ({ contender, rate, workers, measures: { utilisation, worst } }) =>
        `${contenders[contender].title} with ${workers} worker${workers === 1 ? "" : "s"} at ${rate} per second: utilisation ${utilisation.toFixed(3)}, most in a second ${worst}.`,
    )
    .join(" ");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
