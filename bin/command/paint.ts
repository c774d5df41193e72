import { styleText } from "node:util";

/** Colours by what they mean; plain where nobody could see them (no terminal, NO_COLOR). */
export interface Paint {
  readonly strong: (text: string) => string;
  readonly soft: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly open: (text: string) => string;
}

/** Colours for a stream. */
export function paintFor(stream: NodeJS.WriteStream): Paint {
  const painted = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    styleText(format, text, { stream });
  return {
    strong: painted("bold"),
    soft: painted("dim"),
    good: painted("green"),
    bad: painted("red"),
    open: painted("yellow"),
  };
}

/** A status in the colour of what it means for the person. */
export function statusIn({ good, bad, open }: Paint, status: string): string {
  if (/^(delivered|read|on|in|chosen)$/.test(status)) return good(status);
  if (/^(failed|undelivered|unknown|suppressed|expired|refused|off|out|paused)$/.test(status))
    return bad(status);
  return open(status);
}
