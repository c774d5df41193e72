import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Serves the page's own files; answers false for any other path. */
export function servePageFile(path: string, response: ServerResponse): boolean {
  const file = files[path];
  if (!file) return false;
  void file.read().then(
    (content) => response.writeHead(200, { ...headers, "content-type": file.type }).end(content),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
  return true;
}

// Pictures of an MMS or a notification may come from anywhere; nothing else does.
const headers = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: http: https:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const files: Readonly<Record<string, { readonly type: string; readonly read: () => Promise<string> }>> = {
  "/handsets": { type: "text/html; charset=utf-8", read: async () => read("page.html") },
  "/handsets/": { type: "text/html; charset=utf-8", read: async () => read("page.html") },
  "/handsets/page.css": { type: "text/css; charset=utf-8", read: async () => read("page.css") },
  "/handsets/page.js": { type: "text/javascript; charset=utf-8", read: bundle },
};

let bundled: Promise<string> | undefined;

function bundle(): Promise<string> {
  bundled ??= build({
    entryPoints: [here("page.ts")],
    bundle: true,
    format: "esm",
    target: "es2024",
    write: false,
  }).then(({ outputFiles }) => outputFiles[0]?.text ?? "");
  return bundled;
}

function read(name: string): string {
  return readFileSync(here(name), "utf8");
}

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
