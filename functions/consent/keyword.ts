/** What a person means who writes exactly one keyword, or clearly asks to be left alone. */
export type Meaning =
  | { readonly is: "opt-out" | "opt-in" | "help"; readonly by: "keyword" | "phrase" }
  | { readonly is: "text" };

// Keywords that act when they are the whole message. English: 47 CFR 64.1200(a)(10) and the defaults of Twilio and
// AWS End User Messaging; other languages: what providers publish for them.
const optOut = words(
  "stop stopall unsubscribe cancel end quit revoke optout remove td arret arrete arrett parar baja alto stopp sair 退订 停止 ايقاف",
);
const optIn = words("start unstop");
const help = words("help info aide ayuda hilfe ajuda ヘルプ مساعدة");
/** Twilio counts it as an opt-in, people also answer questions with it: it opts in only who is opted out. */
const conditionalOptIn = words("yes oui");

// What a reasonable person reads as "leave me alone" (89 FR 15756): it may only ever add an opt-out.
const phrases = [
  /\bunsubscribe\b/,
  /\bopt(ing)? (me )?out\b/,
  /\b(stop|quit|cease) (sending|texting|messaging|contacting|writing|spamming)\b/,
  /\bstop (all )?(the |these |those |this |your |my )?(texts?|messages?|sms|spam|ads?|offers?)\b/,
  /\b(do not|dont|don t|never) (ever )?(text|message|contact|write) (to )?me\b/,
  /\b(do not|dont|don t|no longer) (want|wish) (to )?(get |receive |have )?(any |more |of |these |those |your )*(texts?|messages?|sms|ads?|offers?)\b/,
  /\b(remove|take) (me|my number) (off|from)\b/,
  /\b(remove|delete|lose) my number\b/,
  /\b(revoke|withdraw|cancel) my (consent|permission)\b/,
  /\bno more (texts?|messages?|sms|ads?|offers?)\b|^no mas\b/,
  /\bleave me alone\b/,
  /^(please|pls) stop( it| this| that| now)?$|^stop (it|this|that|now|please|pls|thanks|thank you)$/,
];
/** "Don't stop" asks for the opposite. */
const keepOn = /\b(do not|dont|don t|never) (ever )?(stop|quit|unsubscribe|remove|delete|cancel|opt)\b/;

/** Longest text still read as a request to stop: in a longer one the words may stand for anything. */
const phraseLimit = 160;

/** Reads what a person wrote. Only a message that is one keyword, or plainly asks to stop, means more than its text. */
export function meaningOf(text: string, isOptedOut: boolean): Meaning {
  const word = wordOf(text);
  if (optOut.has(word)) return { is: "opt-out", by: "keyword" };
  if (optIn.has(word)) return { is: "opt-in", by: "keyword" };
  if (isOptedOut && conditionalOptIn.has(word)) return { is: "opt-in", by: "keyword" };
  if (help.has(word)) return { is: "help", by: "keyword" };
  return asksToStop(normalized(text)) ? { is: "opt-out", by: "phrase" } : { is: "text" };
}

function asksToStop(plain: string): boolean {
  return plain.length <= phraseLimit && !keepOn.test(plain) && phrases.some((phrase) => phrase.test(plain));
}

/** "S T O P" and "opt-out" are one word each. */
function wordOf(text: string): string {
  return normalized(text).replaceAll(" ", "");
}

/** Same letters whatever the case, accents, spacing, punctuation and emoji around them. */
export function normalized(text: string): string {
  return text
    .slice(0, 2000)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(" ").map(wordOf));
}
