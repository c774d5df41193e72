/** An address with a name in front of it as a From header has it (RFC 5322); letters beyond ASCII are written as RFC 2047 wants them. */
export function fromHeaderOf(name: string, address: string): string {
  const isPlain = /^[ -~]*$/.test(name);
  const phrase = isPlain ? `"${name.replace(/["\\]/g, String.raw`\$&`)}"` : encodedWords(name).join(" ");
  return `${phrase} <${address}>`;
}

/** An encoded word has at most 75 characters, twelve of them around what it encodes. */
const bytesInWord = 45;

function encodedWords(text: string): string[] {
  const words: Buffer[] = [];
  let word = Buffer.alloc(0);
  // A letter must not be torn apart between two words.
  for (const letter of text.toWellFormed()) {
    const bytes = Buffer.from(letter);
    if (word.length + bytes.length > bytesInWord) {
      words.push(word);
      word = Buffer.alloc(0);
    }
    word = Buffer.concat([word, bytes]);
  }
  return [...words, word].map((bytes) => `=?UTF-8?B?${bytes.toString("base64")}?=`);
}
