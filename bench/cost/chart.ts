/** One bar: a name and dollars for a million messages. */
export interface Bar {
  readonly name: string;
  readonly usd: number;
  readonly isOurs: boolean;
}

const width = 760;
const left = 300;
const rowHeight = 26;
const barHeight = 16;

/** Horizontal bars on a logarithmic scale from one dollar on: each line to the right is ten times as much. */
export function chartOf(bars: readonly Bar[]): string {
  const decades = Math.ceil(Math.log10(Math.max(...bars.map(({ usd }) => usd))));
  const scale = (usd: number) => (Math.log10(Math.max(1, usd)) / decades) * (width - left - 70);
  const height = 30 + bars.length * rowHeight;
  const lines = Array.from({ length: decades + 1 }, (_, power) => {
    const x = left + scale(10 ** power);
    return `<line x1="${x}" y1="20" x2="${x}" y2="${height}" stroke="#d0d4da"/><text x="${x}" y="14" text-anchor="middle">$${(10 ** power).toLocaleString("en-US")}</text>`;
  });
  const rows = bars.map(({ name, usd, isOurs }, index) => {
    const y = 28 + index * rowHeight;
    const fill = isOurs ? "#d1791b" : "#8a94a3";
    const label = `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escaped(name)}</text>`;
    const bar = `<rect x="${left}" y="${y}" width="${scale(usd).toFixed(1)}" height="${barHeight}" rx="2" fill="${fill}"/>`;
    return `${label}${bar}<text x="${(left + scale(usd) + 6).toFixed(1)}" y="${y + 12}">${dollars(usd)}</text>`;
  });
  const style = "<style>text{font:12px system-ui,sans-serif;fill:#57606a}</style>";
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Dollars for a million messages, logarithmic">`;
  return [head, style, ...lines, ...rows, "</svg>", ""].join("\n");
}

/** Dollars as people write them. */
export function dollars(usd: number): string {
  if (usd >= 100) return `$${Math.round(usd).toLocaleString("en-US")}`;
  return `$${usd.toFixed(2)}`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
