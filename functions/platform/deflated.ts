import type * as Zlib from "node:zlib";

/** A text in a part of its length (raw DEFLATE as base64). It is read with the options it was written with. */
export function deflated(text: string, options: Zlib.ZlibOptions = {}): string {
  return zlib().deflateRawSync(text, options).toString("base64");
}

/** The text that was deflated. Throws for what is none. */
export function inflated(packed: string, options: Zlib.ZlibOptions = {}): string {
  return zlib().inflateRawSync(Buffer.from(packed, "base64"), options).toString();
}

/** Loaded when it is first needed: it takes longer than most of what a function loads when it starts. */
function zlib(): typeof Zlib {
  return process.getBuiltinModule("node:zlib");
}
